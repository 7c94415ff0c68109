package org.keras4j.applications;

/** EfficientNetV2 of the base scale, for images of 224 pixels ({@code keras.applications.EfficientNetV2B0}). */
public final class EfficientNetV2B0 extends EfficientNetV2<EfficientNetV2B0> {
  public EfficientNetV2B0() {
    super("efficientnetv2-b0", 224, 1.0, 1.0, BASE);
  }
}
