package org.keras4j.applications;

/** ConvNeXt with 36 blocks, from 96 channels on ({@code keras.applications.ConvNeXtSmall}). */
public final class ConvNeXtSmall extends ConvNeXt<ConvNeXtSmall> {
  public ConvNeXtSmall() {
    super("convnext_small", 27, 96);
  }
}
