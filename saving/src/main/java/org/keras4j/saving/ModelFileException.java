package org.keras4j.saving;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model file cannot be read or written: damaged, hostile, of another kind, or not fitting the model. */
public class ModelFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelFileException(@Nullable Path file, String problem, @Nullable Throwable cause) {
    super((file == null ? "Model file" : "'" + file + "'") + ": " + problem, cause);
  }

  public ModelFileException(@Nullable Path file, String problem) {
    this(file, problem, null);
  }
}
