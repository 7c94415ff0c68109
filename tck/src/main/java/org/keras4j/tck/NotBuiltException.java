package org.keras4j.tck;

/** A case names something that is not built. */
final class NotBuiltException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotBuiltException(String what) {
    super(what);
  }
}
