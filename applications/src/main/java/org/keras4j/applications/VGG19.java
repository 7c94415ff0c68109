package org.keras4j.applications;

/** The plain network of 19 layers with weights ({@code keras.applications.VGG19}). */
public final class VGG19 extends VGG<VGG19> {
  public VGG19() {
    super("vgg19", 2, 2, 4, 4, 4);
  }
}
