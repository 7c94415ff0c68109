package org.keras4j.applications;

/** EfficientNet scaled for images of 456 pixels ({@code keras.applications.EfficientNetB5}). */
public final class EfficientNetB5 extends EfficientNet<EfficientNetB5> {
  public EfficientNetB5() {
    super("efficientnetb5", 456, 1.6, 2.2, 0.4);
  }
}
