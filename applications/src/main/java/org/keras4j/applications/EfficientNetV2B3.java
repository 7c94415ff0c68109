package org.keras4j.applications;

/** EfficientNetV2 scaled for images of 300 pixels ({@code keras.applications.EfficientNetV2B3}). */
public final class EfficientNetV2B3 extends EfficientNetV2<EfficientNetV2B3> {
  public EfficientNetV2B3() {
    super("efficientnetv2-b3", 300, 1.2, 1.4, BASE);
  }
}
