package org.keras4j.core.serialization;

/** A config names a class that is neither part of this library nor registered. */
public final class UnknownClassException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String className;

  UnknownClassException(String className, String message) {
    super(message);
    this.className = className;
  }

  /** The class, with its module if the config gives one: {@code keras.layers.Dense}. */
  public String className() {
    return className;
  }
}
