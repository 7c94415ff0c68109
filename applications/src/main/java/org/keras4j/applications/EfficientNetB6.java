package org.keras4j.applications;

/** EfficientNet scaled for images of 528 pixels ({@code keras.applications.EfficientNetB6}). */
public final class EfficientNetB6 extends EfficientNet<EfficientNetB6> {
  public EfficientNetB6() {
    super("efficientnetb6", 528, 1.8, 2.6, 0.5);
  }
}
