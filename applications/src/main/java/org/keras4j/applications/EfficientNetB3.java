package org.keras4j.applications;

/** EfficientNet scaled for images of 300 pixels ({@code keras.applications.EfficientNetB3}). */
public final class EfficientNetB3 extends EfficientNet<EfficientNetB3> {
  public EfficientNetB3() {
    super("efficientnetb3", 300, 1.2, 1.4, 0.3);
  }
}
