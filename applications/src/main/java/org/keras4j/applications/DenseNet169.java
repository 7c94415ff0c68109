package org.keras4j.applications;

/** The densely connected network of 169 layers ({@code keras.applications.DenseNet169}). */
public final class DenseNet169 extends DenseNet<DenseNet169> {
  public DenseNet169() {
    super("densenet169", 6, 12, 32, 32);
  }
}
