package org.keras4j.applications;

/** The residual network of 101 layers ({@code keras.applications.ResNet101}). */
public final class ResNet101 extends ResNet<ResNet101> {
  public ResNet101() {
    super("resnet101", 3, 4, 23, 3);
  }
}
