package org.keras4j.applications;

/** EfficientNetV2 scaled for images of 260 pixels ({@code keras.applications.EfficientNetV2B2}). */
public final class EfficientNetV2B2 extends EfficientNetV2<EfficientNetV2B2> {
  public EfficientNetV2B2() {
    super("efficientnetv2-b2", 260, 1.1, 1.2, BASE);
  }
}
