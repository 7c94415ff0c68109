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

  /** The same failure, with what was being done in front of its message. */
  public BackendException in(String what) {
    // in the place of this one, whose text would be said twice if it were the cause
    BackendException named = new BackendException(what + ": " + getMessage(), getCause());
    named.setStackTrace(getStackTrace());
    return named;
  }
}
