package org.keras4j.applications;

/** EfficientNet scaled for images of 260 pixels ({@code keras.applications.EfficientNetB2}). */
public final class EfficientNetB2 extends EfficientNet<EfficientNetB2> {
  public EfficientNetB2() {
    super("efficientnetb2", 260, 1.1, 1.2, 0.3);
  }
}
