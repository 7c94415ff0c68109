package org.keras4j.applications;

/** EfficientNet scaled for images of 600 pixels ({@code keras.applications.EfficientNetB7}). */
public final class EfficientNetB7 extends EfficientNet<EfficientNetB7> {
  public EfficientNetB7() {
    super("efficientnetb7", 600, 2.0, 3.1, 0.5);
  }
}
