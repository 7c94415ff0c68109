package org.keras4j.layers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.context.Context;

/**
 * A layer call under way: what the calls inside it inherit.
 *
 * @param training the phase of training, or null if nobody said
 */
record CallStack(@Nullable Boolean training) {
  private static final Context.Key<CallStack> CURRENT = Context.Key.inherited("layer call");

  static @Nullable CallStack current() {
    return CURRENT.get();
  }

  /** Runs a call inside; the outermost one clears what earlier calls of its layer left. */
  static <R> R enter(@Nullable Boolean training, Layer layer, Supplier<R> body) {
    CallStack outer = CURRENT.get();
    if (outer == null) {
      layer.losses.clear();
    } else if (training == null || training.equals(outer.training)) {
      return body.get();
    }
    return CURRENT.with(new CallStack(training), body);
  }
}
