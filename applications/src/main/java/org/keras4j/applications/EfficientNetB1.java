package org.keras4j.applications;

/** EfficientNet scaled for images of 240 pixels ({@code keras.applications.EfficientNetB1}). */
public final class EfficientNetB1 extends EfficientNet<EfficientNetB1> {
  public EfficientNetB1() {
    super("efficientnetb1", 240, 1.0, 1.1, 0.2);
  }
}
