package org.keras4j.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Nested structures of lists, object arrays and maps, as Keras's {@code tree}: everything else,
 * null and arrays of arrays ({@code float[][]}) included, is a leaf. Maps are walked in the order of their sorted keys, as Keras walks
 * dicts.
 */
public final class Nest {
  private Nest() {}

  /** The leaves in order. */
  public static List<@Nullable Object> flatten(@Nullable Object structure) {
    List<@Nullable Object> out = new ArrayList<>();
    flatten(structure, out);
    return out;
  }

  private static void flatten(@Nullable Object s, List<@Nullable Object> out) {
    if (s instanceof List<?> list) {
      list.forEach(x -> flatten(x, out));
    } else if (s instanceof Map<?, ?> map) {
      sorted(map).values().forEach(x -> flatten(x, out));
    } else if (s instanceof Object[] array && isNestedArray(s)) {
      for (Object x : array) {
        flatten(x, out);
      }
    } else {
      out.add(s);
    }
  }

  private static Map<?, ?> sorted(Map<?, ?> map) {
    return new TreeMap<>(map);
  }

  // float[][] is an Object[] to Java, but one array of numbers to us
  private static boolean isNestedArray(@Nullable Object s) {
    return s instanceof Object[] && !s.getClass().getComponentType().isArray();
  }

  /** Whether the value is a list, map or object array. */
  public static boolean isNested(@Nullable Object s) {
    return s instanceof List || s instanceof Map || isNestedArray(s);
  }

  /** A structure of the same form with each leaf replaced. */
  public static @Nullable Object map(
      @Nullable Object structure, UnaryOperator<@Nullable Object> f) {
    if (structure instanceof List<?> list) {
      List<@Nullable Object> out = new ArrayList<>(list.size());
      list.forEach(x -> out.add(map(x, f)));
      return Collections.unmodifiableList(out);
    }
    if (structure instanceof Map<?, ?> m) {
      // leaves are visited in sorted order, the map keeps its own order
      Map<Object, @Nullable Object> done = new LinkedHashMap<>();
      m.keySet().forEach(k -> done.put(k, null));
      sorted(m).forEach((k, v) -> done.put(k, map(v, f)));
      return done;
    }
    if (structure instanceof Object[] array && isNestedArray(structure)) {
      Object[] out = Arrays.copyOf(array, array.length, Object[].class);
      for (int i = 0; i < out.length; i++) {
        out[i] = map(out[i], f);
      }
      return out;
    }
    return f.apply(structure);
  }

  /**
   * A structure of the form of {@code like} with the given leaves.
   *
   * @throws IllegalArgumentException if there are too few or too many leaves
   */
  public static @Nullable Object pack(@Nullable Object like, List<?> leaves) {
    Iterator<?> it = leaves.iterator();
    Object out = map(like, x -> {
      if (!it.hasNext()) {
        throw new IllegalArgumentException(
            "Structure " + like + " needs more than the " + leaves.size() + " leaves given");
      }
      return it.next();
    });
    if (it.hasNext()) {
      throw new IllegalArgumentException(
          "Structure " + like + " takes fewer than the " + leaves.size() + " leaves given");
    }
    return out;
  }

  /** The tensors among the leaves. */
  public static List<Tensor> tensors(@Nullable Object structure) {
    List<Tensor> out = new ArrayList<>();
    for (Object leaf : flatten(structure)) {
      if (leaf instanceof Tensor t) {
        out.add(t);
      }
    }
    return out;
  }

  /**
   * Whether both have the same form (leaves aside).
   */
  public static boolean sameStructure(@Nullable Object a, @Nullable Object b) {
    if (isNestedArray(a)) {
      a = Arrays.asList((Object[]) a);
    }
    if (isNestedArray(b)) {
      b = Arrays.asList((Object[]) b);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      if (x.size() != y.size()) {
        return false;
      }
      for (int i = 0; i < x.size(); i++) {
        if (!sameStructure(x.get(i), y.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      if (!x.keySet().equals(y.keySet())) {
        return false;
      }
      for (Object k : x.keySet()) {
        if (!sameStructure(x.get(k), y.get(k))) {
          return false;
        }
      }
      return true;
    }
    return !isNested(a) && !isNested(b);
  }
}
