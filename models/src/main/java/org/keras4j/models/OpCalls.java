package org.keras4j.models;

import java.util.List;
import java.util.Map;
import org.keras4j.ops.internal.surface.Surface;
import org.keras4j.ops.internal.surface.SurfaceFunction;

/** Calls functions of {@code ops} by name. */
final class OpCalls {
  private OpCalls() {}

  /**
   * Calls a function.
   *
   * @param function {@code ops.expand_dims}
   * @param positional the first arguments
   * @param arguments the others by Keras name
   */
  static Object call(String function, List<Object> positional, Map<String, Object> arguments) {
    SurfaceFunction f = Surface.find("keras." + function);
    if (f == null) {
      throw new IllegalArgumentException(
          "The model calls keras." + function + ", which this library does not have");
    }
    Object result = f.call(positional, arguments);
    if (result == null) {
      throw new IllegalArgumentException("keras." + function + " gave nothing");
    }
    return result;
  }
}
