package org.keras4j.applications;

/** The residual network of 101 layers, second version ({@code keras.applications.ResNet101V2}). */
public final class ResNet101V2 extends ResNetV2<ResNet101V2> {
  public ResNet101V2() {
    super("resnet101v2", 3, 4, 23, 3);
  }
}
