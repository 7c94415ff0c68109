package org.keras4j.applications;

/** The densely connected network of 201 layers ({@code keras.applications.DenseNet201}). */
public final class DenseNet201 extends DenseNet<DenseNet201> {
  public DenseNet201() {
    super("densenet201", 6, 12, 48, 32);
  }
}
