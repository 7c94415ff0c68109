package org.keras4j.applications;

/** EfficientNet scaled for images of 380 pixels ({@code keras.applications.EfficientNetB4}). */
public final class EfficientNetB4 extends EfficientNet<EfficientNetB4> {
  public EfficientNetB4() {
    super("efficientnetb4", 380, 1.4, 1.8, 0.4);
  }
}
