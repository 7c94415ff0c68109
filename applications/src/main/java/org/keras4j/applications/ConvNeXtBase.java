package org.keras4j.applications;

/** ConvNeXt with 36 blocks, from 128 channels on ({@code keras.applications.ConvNeXtBase}). */
public final class ConvNeXtBase extends ConvNeXt<ConvNeXtBase> {
  public ConvNeXtBase() {
    super("convnext_base", 27, 128);
  }
}
