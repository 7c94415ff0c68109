package org.keras4j.layers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The layer calls under way on this thread, outermost first: what inner calls inherit. */
final class CallStack {
  private static final ThreadLocal<@Nullable CallStack> CURRENT = new ThreadLocal<>();

  private @Nullable Boolean training;

  private CallStack(@Nullable Boolean training) {
    this.training = training;
  }

  static @Nullable CallStack current() {
    return CURRENT.get();
  }

  @Nullable
  Boolean training() {
    return training;
  }

  /** Runs a call inside; the outermost one clears what earlier calls of its layer left. */
  static <R> R enter(@Nullable Boolean training, Layer layer, Supplier<R> body) {
    CallStack outer = CURRENT.get();
    if (outer == null) {
      CURRENT.set(new CallStack(training));
      layer.losses.clear();
      try {
        return body.get();
      } finally {
        CURRENT.remove();
      }
    }
    Boolean before = outer.training;
    outer.training = training != null ? training : before;
    try {
      return body.get();
    } finally {
      outer.training = before;
    }
  }
}
