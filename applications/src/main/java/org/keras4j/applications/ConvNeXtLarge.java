package org.keras4j.applications;

/** ConvNeXt with 36 blocks, from 192 channels on ({@code keras.applications.ConvNeXtLarge}). */
public final class ConvNeXtLarge extends ConvNeXt<ConvNeXtLarge> {
  public ConvNeXtLarge() {
    super("convnext_large", 27, 192);
  }
}
