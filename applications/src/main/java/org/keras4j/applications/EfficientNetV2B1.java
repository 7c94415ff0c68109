package org.keras4j.applications;

/** EfficientNetV2 scaled for images of 240 pixels ({@code keras.applications.EfficientNetV2B1}). */
public final class EfficientNetV2B1 extends EfficientNetV2<EfficientNetV2B1> {
  public EfficientNetV2B1() {
    super("efficientnetv2-b1", 240, 1.0, 1.1, BASE);
  }
}
