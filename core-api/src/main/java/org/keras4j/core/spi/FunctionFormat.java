package org.keras4j.core.spi;

import java.io.IOException;
import java.nio.file.Path;

/** Reads functions that another framework exported; found by {@link java.util.ServiceLoader}. */
public interface FunctionFormat {
  /** The name of the format, {@code "tf_saved_model"}. */
  String name();

  /**
   * Loads a function.
   *
   * @param source the file or folder
   * @param endpoint which of its functions
   * @throws IOException if there is none of that format
   * @throws IllegalArgumentException if it has no such endpoint, listing those it has
   */
  ForeignFunction load(Path source, String endpoint) throws IOException;
}
