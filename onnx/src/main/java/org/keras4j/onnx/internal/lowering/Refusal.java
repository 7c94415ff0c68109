package org.keras4j.onnx.internal.lowering;

/** What cannot be said in ONNX, and why. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean placed;

  Refusal(String message) {
    this(message, false);
  }

  private Refusal(String message, boolean placed) {
    super(message);
    this.placed = placed;
  }

  /** The same, saying of what; the innermost place counts. */
  Refusal in(String what) {
    return placed ? this : new Refusal(what + ": " + getMessage(), true);
  }
}
