package org.keras4j.tck.draws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.ops.internal.surface.Surface;
import org.keras4j.ops.internal.surface.SurfaceFunction;

/**
 * One call's arguments.
 *
 * @param args positional arguments; arrays are what a tensor may be
 * @param kwargs arguments by Keras's names
 * @param byValues whether what is done depends on the arrays' values, so that it cannot be traced
 */
public record Draw(
    List<@Nullable Object> args, Map<String, @Nullable Object> kwargs, boolean byValues) {
  static Draw of(@Nullable Object... args) {
    return new Draw(new ArrayList<>(Arrays.asList(args)), new LinkedHashMap<>(), false);
  }

  Draw with(String name, @Nullable Object value) {
    kwargs.put(name, value);
    return this;
  }

  /** In half of the draws the argument, in the others Keras's default. */
  Draw maybe(Dice d, String name, @Nullable Object value) {
    return d.flip() ? with(name, value) : this;
  }

  Draw eagerOnly() {
    return new Draw(args, kwargs, true);
  }

  /** The arrays among the arguments, in order. */
  public List<NDArray> arrays() {
    List<NDArray> out = new ArrayList<>();
    for (Object leaf : Nest.flatten(List.of(
        args, List.copyOf(kwargs.values().stream().filter(v -> v != null).toList())))) {
      if (leaf instanceof NDArray a) {
        out.add(a);
      }
    }
    return out;
  }

  /**
   * The same arguments with others in the place of arrays.
   *
   * @param values as many as there are {@link #arrays}
   */
  public Draw replaced(List<?> values) {
    int[] next = {0};
    UnaryOperator<@Nullable Object> f = x -> x instanceof NDArray ? values.get(next[0]++) : x;
    List<@Nullable Object> a = new ArrayList<>();
    args.forEach(x -> a.add(Nest.map(x, f)));
    Map<String, @Nullable Object> k = new LinkedHashMap<>();
    kwargs.forEach((name, x) -> k.put(name, Nest.map(x, f)));
    return new Draw(a, k, byValues);
  }

  /** Calls a function with them. */
  public @Nullable Object call(String function) {
    SurfaceFunction f = Surface.find(function);
    if (f == null) {
      throw new IllegalArgumentException("There is no function " + function);
    }
    return f.call(args, kwargs);
  }

  /** The arguments, arrays by dtype and shape. */
  @Override
  public String toString() {
    UnaryOperator<@Nullable Object> f = x -> x instanceof NDArray a ? a.spec() : x;
    return Nest.map(args, f) + (kwargs.isEmpty() ? "" : " " + Nest.map(kwargs, f));
  }
}
