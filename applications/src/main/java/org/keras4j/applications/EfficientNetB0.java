package org.keras4j.applications;

/** EfficientNet of the base scale, for images of 224 pixels ({@code keras.applications.EfficientNetB0}). */
public final class EfficientNetB0 extends EfficientNet<EfficientNetB0> {
  public EfficientNetB0() {
    super("efficientnetb0", 224, 1.0, 1.0, 0.2);
  }
}
