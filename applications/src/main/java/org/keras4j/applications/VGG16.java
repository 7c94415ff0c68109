package org.keras4j.applications;

/** The plain network of 16 layers with weights ({@code keras.applications.VGG16}). */
public final class VGG16 extends VGG<VGG16> {
  public VGG16() {
    super("vgg16", 2, 2, 3, 3, 3);
  }
}
