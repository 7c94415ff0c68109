package org.keras4j.applications;

/** The densely connected network of 121 layers ({@code keras.applications.DenseNet121}). */
public final class DenseNet121 extends DenseNet<DenseNet121> {
  public DenseNet121() {
    super("densenet121", 6, 12, 24, 16);
  }
}
