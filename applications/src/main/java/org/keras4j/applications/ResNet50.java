package org.keras4j.applications;

/** The residual network of 50 layers ({@code keras.applications.ResNet50}). */
public final class ResNet50 extends ResNet<ResNet50> {
  public ResNet50() {
    super("resnet50", 3, 4, 6, 3);
  }
}
