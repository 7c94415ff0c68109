package org.keras4j.applications;

/** The residual network of 50 layers, second version ({@code keras.applications.ResNet50V2}). */
public final class ResNet50V2 extends ResNetV2<ResNet50V2> {
  public ResNet50V2() {
    super("resnet50v2", 3, 4, 6, 3);
  }
}
