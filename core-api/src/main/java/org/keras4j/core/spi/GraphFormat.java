package org.keras4j.core.spi;

import java.io.IOException;
import java.nio.file.Path;

/** Writes inference functions, and perhaps steps of training, in a framework's own format; found by {@link java.util.ServiceLoader}. */
public interface GraphFormat {
  /** The name by which it is asked for, {@code "stablehlo"}. */
  String name();

  /**
   * Writes a function to a file or folder that does not exist yet.
   *
   * @throws IOException if it cannot be written
   */
  void write(ServingFunction function, Path target) throws IOException;

  /**
   * Writes a step to a folder that does not exist yet.
   *
   * @throws IllegalArgumentException if the format has no such, or cannot express a part of it
   * @throws IOException if it cannot be written
   */
  default void writeStep(StepFunction step, Path target) throws IOException {
    throw new IllegalArgumentException("The format '" + name() + "' has no steps of training");
  }
}
