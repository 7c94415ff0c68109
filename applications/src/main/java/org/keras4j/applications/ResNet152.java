package org.keras4j.applications;

/** The residual network of 152 layers ({@code keras.applications.ResNet152}). */
public final class ResNet152 extends ResNet<ResNet152> {
  public ResNet152() {
    super("resnet152", 3, 8, 36, 3);
  }
}
