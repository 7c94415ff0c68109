package org.keras4j.applications;

/** The residual network of 152 layers, second version ({@code keras.applications.ResNet152V2}). */
public final class ResNet152V2 extends ResNetV2<ResNet152V2> {
  public ResNet152V2() {
    super("resnet152v2", 3, 8, 36, 3);
  }
}
