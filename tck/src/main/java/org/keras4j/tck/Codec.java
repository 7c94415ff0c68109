package org.keras4j.tck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.ops.types.Index;

/** Reads the encoding of values: JSON trees in which objects with a {@code "$"} member are tagged. */
final class Codec {
  private Codec() {}

  /**
   * The value of a tree: tuples and lists are lists, random results {@link TensorSpec}s, slices {@link
   * Index}es.
   *
   * @param values gives what stands for the array of a key
   */
  static @Nullable Object decode(
      @Nullable Object tree, IntFunction<? extends @Nullable Object> values) {
    if (tree instanceof List<?> l) {
      List<@Nullable Object> out = new ArrayList<>();
      l.forEach(x -> out.add(decode(x, values)));
      return out;
    }
    if (!(tree instanceof Map<?, ?> m)) {
      return tree;
    }
    Object tag = m.get("$");
    if (tag == null) {
      Map<String, @Nullable Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put((String) k, decode(v, values)));
      return out;
    }
    switch ((String) tag) {
      case "array":
        return values.apply(((Number) m.get("key")).intValue());
      case "strings":
        String[] text = ((List<?>) m.get("v")).toArray(String[]::new);
        return NDArray.ofStrings(text, shape(m));
      case "spec":
        return new TensorSpec(shape(m), DType.of((String) m.get("dtype")));
      case "tuple":
        return decode(m.get("v"), values);
      case "items":
        Map<Object, @Nullable Object> out = new LinkedHashMap<>();
        for (Object pair : (List<?>) m.get("v")) {
          List<?> kv = (List<?>) pair;
          out.put(decode(kv.get(0), values), decode(kv.get(1), values));
        }
        return out;
      case "slice":
        List<?> bounds = (List<?>) decode(m.get("v"), values);
        return new Index((Integer) bounds.get(0), (Integer) bounds.get(1), (Integer) bounds.get(2));
      case "ellipsis":
        return Index.ELLIPSIS;
      case "float":
        return switch ((String) m.get("v")) {
          case "inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          default -> Double.NaN;
        };
      case "complex":
        NDArray c = NDArray.zeros(DType.COMPLEX64, Shape.SCALAR);
        c.setComplex(0, ((Number) m.get("re")).doubleValue(), ((Number) m.get("im")).doubleValue());
        return c;
      default:
        throw new IllegalArgumentException("Unknown tag '" + tag + "' in a case");
    }
  }

  private static Shape shape(Map<?, ?> m) {
    return Shape.of((List<?>) m.get("shape"));
  }

  /** The keys of the arrays in a tree. */
  static Set<Integer> keys(@Nullable Object tree) {
    Set<Integer> out = new TreeSet<>();
    walk(tree, (key, dtype) -> out.add(key));
    return out;
  }

  /** What is done with an array of a tree. */
  interface ArrayVisitor {
    void array(int key, DType dtype);
  }

  static void walk(@Nullable Object tree, ArrayVisitor visitor) {
    if (tree instanceof List<?> l) {
      l.forEach(x -> walk(x, visitor));
    } else if (tree instanceof Map<?, ?> m) {
      if ("array".equals(m.get("$"))) {
        visitor.array(((Number) m.get("key")).intValue(), DType.of((String) m.get("dtype")));
      } else {
        m.values().forEach(x -> walk(x, visitor));
      }
    }
  }
}
