package org.keras4j.onnx.internal.operators;

/** What of a graph cannot be run, and why. */
public final class Unsupported extends RuntimeException {
  private static final long serialVersionUID = 1;

  Unsupported(String message) {
    super(message);
  }
}
