package org.keras4j.applications;

/** ConvNeXt with 36 blocks, from 256 channels on ({@code keras.applications.ConvNeXtXLarge}). */
public final class ConvNeXtXLarge extends ConvNeXt<ConvNeXtXLarge> {
  public ConvNeXtXLarge() {
    super("convnext_xlarge", 27, 256);
  }
}
