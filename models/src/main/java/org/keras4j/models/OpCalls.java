package org.keras4j.models;

import java.util.List;
import java.util.Map;
import org.keras4j.ops.surface.Surface;
import org.keras4j.ops.surface.SurfaceFunction;

/** Calls functions of {@code ops} by name. */
final class OpCalls {
  private OpCalls() {}

  /**
   * Calls a function with arguments by Keras name.
   *
   * @param function {@code ops.expand_dims}
   */
  static Object call(String function, Map<String, Object> arguments) {
    SurfaceFunction f = Surface.find("keras." + function);
    if (f == null) {
      throw new IllegalArgumentException(
          "The model calls keras." + function + ", which this library does not have");
    }
    Object result = f.call(List.of(), arguments);
    if (result == null) {
      throw new IllegalArgumentException("keras." + function + " gave nothing");
    }
    return result;
  }
}
