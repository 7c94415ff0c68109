package org.keras4j.tck;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Recorded arguments in the order of a method's parameters. */
final class Arguments {
  private Arguments() {}

  /**
   * The arguments.
   *
   * @param call has the members {@code args} and {@code kwargs}
   * @param names the parameters, those left out being null
   * @throws IllegalArgumentException if there is one besides
   */
  static @Nullable Object[] of(
      Map<?, ?> call, IntFunction<? extends @Nullable Object> values, String... names) {
    List<?> args = (List<?>) Codec.decode(call.get("args"), values);
    Map<?, ?> kwargs = (Map<?, ?>) Codec.decode(call.get("kwargs"), values);
    Object[] out = new Object[names.length];
    if (args.size() > names.length || !List.of(names).containsAll(kwargs.keySet())) {
      throw new IllegalArgumentException("Expected arguments " + List.of(names) + ", got "
          + args.size() + " and " + kwargs.keySet());
    }
    for (int i = 0; i < names.length; i++) {
      out[i] = i < args.size() ? args.get(i) : kwargs.get(names[i]);
    }
    return out;
  }
}
