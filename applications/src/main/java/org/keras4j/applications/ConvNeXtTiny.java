package org.keras4j.applications;

/** ConvNeXt with 18 blocks, from 96 channels on ({@code keras.applications.ConvNeXtTiny}). */
public final class ConvNeXtTiny extends ConvNeXt<ConvNeXtTiny> {
  public ConvNeXtTiny() {
    super("convnext_tiny", 9, 96);
  }
}
