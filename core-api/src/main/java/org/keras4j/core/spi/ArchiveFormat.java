package org.keras4j.core.spi;

import java.io.IOException;
import java.nio.file.Path;

/** A format that holds several functions, and functions that change weights. */
public interface ArchiveFormat extends GraphFormat {
  /**
   * Writes functions that share weights to a file or folder that does not exist yet.
   *
   * @throws IOException if it cannot be written
   */
  void write(ServingArchive archive, Path target) throws IOException;
}
