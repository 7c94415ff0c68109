package org.keras4j.models;

/** How {@link Model#save(java.nio.file.Path, Save)} writes a model, under Keras's names and with its defaults. */
public final class Save {
  private boolean zipped = true;
  private boolean overwrite = true;

  private Save() {}

  /** One file, in the place of one that is there. */
  public static Save defaults() {
    return new Save();
  }

  /**
   * Whether the model is one {@code .keras} file, the default; else it is a folder of what is in such a file, as on
   * the Hugging Face Hub, whose name must not end so.
   */
  public static Save zipped(boolean value) {
    Save out = new Save();
    out.zipped = value;
    return out;
  }

  /** Whether what is there is replaced; true by default. If false, something being there is an error. */
  public Save overwrite(boolean value) {
    this.overwrite = value;
    return this;
  }

  public boolean isZipped() {
    return zipped;
  }

  public boolean isOverwriting() {
    return overwrite;
  }
}
