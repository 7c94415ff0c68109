package org.keras4j.core.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file is damaged, hostile, of another kind, or larger than {@link ReadLimits} allow: its contents are at
 * fault, not the disk. The message names the file where it is known, and the part of it.
 */
public class FileFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message alone. */
  public FileFormatException(String message) {
    super(message);
  }

  /** With the reason below. */
  public FileFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
