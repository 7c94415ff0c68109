package org.keras4j.core.spi;

import org.jspecify.annotations.Nullable;

/** An engine failed: out of memory, a library that does not load, an error in native code. */
public class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BackendException(String message) {
    super(message);
  }

  public BackendException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
