package org.keras4j.applications;

/** How pixels from 0 to 255 become the numbers that a network was trained on. */
public enum PixelScale {
  /** From red, green, blue to blue, green, red; then the mean of ImageNet's pixels is subtracted from each channel. */
  CAFFE,
  /** From -1 to 1: divided by 127.5, less 1. */
  TF,
  /** From 0 to 1, then each channel less ImageNet's mean and divided by its standard deviation. */
  TORCH,
  /** As they are: the network's first layers scale them. */
  NONE
}
