package org.keras4j.core.spi;

/** An engine met an index that is no place of what it was to read; only running it showed that. */
public final class BadIndexException extends BackendException {
  private static final long serialVersionUID = 1L;

  public BadIndexException(String message) {
    super(message);
  }

  @Override
  public BadIndexException in(String what) {
    BadIndexException named = new BadIndexException(what + ": " + getMessage());
    named.setStackTrace(getStackTrace());
    return named;
  }
}
