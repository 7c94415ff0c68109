package org.keras4j.core.spi;

import java.io.IOException;
import java.nio.file.Path;

/** Writes inference functions in a framework's own format; found by {@link java.util.ServiceLoader}. */
public interface GraphFormat {
  /** The name by which it is asked for, {@code "stablehlo"}. */
  String name();

  /**
   * Writes a function to a file or folder that does not exist yet.
   *
   * @throws IOException if it cannot be written
   */
  void write(ServingFunction function, Path target) throws IOException;
}
