package org.keras4j.core;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes arrays of nested Java arrays and lists, for {@link NDArray#from}. */
final class NestedValues {
  private final List<Long> dims = new ArrayList<>();
  private @Nullable Class<?> primitive;

  private NestedValues(Object value) {
    Object probe = value;
    while (probe != null && isNested(probe)) {
      int n = length(probe);
      dims.add((long) n);
      Class<?> c = probe.getClass();
      while (c.isArray()) {
        c = c.getComponentType();
        primitive = c.isPrimitive() ? c : primitive;
      }
      probe = n == 0 ? null : element(probe, 0);
    }
  }

  static NDArray toArray(Object value) {
    NestedValues nested = new NestedValues(value);
    if (nested.primitive != null) {
      NDArray out = NDArray.zeros(dtypeOf(nested.primitive), Shape.of(nested.dims));
      nested.fill(out, 0, value, 0);
      return out;
    }
    List<@Nullable Object> leaves = new ArrayList<>();
    nested.collect(value, 0, leaves);
    NDArray out = NDArray.zeros(dtypeOf(leaves), Shape.of(nested.dims));
    for (int i = 0; i < leaves.size(); i++) {
      out.set(i, leaves.get(i));
    }
    return out;
  }

  private static DType dtypeOf(Class<?> primitive) {
    if (primitive == long.class) {
      return DType.INT64;
    } else if (primitive == double.class) {
      return DType.FLOAT64;
    } else if (primitive == float.class) {
      return DType.FLOAT32;
    } else if (primitive == boolean.class) {
      return DType.BOOL;
    } else if (primitive == byte.class) {
      return DType.INT8;
    } else if (primitive == short.class) {
      return DType.INT16;
    }
    return DType.INT32;
  }

  private static DType dtypeOf(List<@Nullable Object> leaves) {
    DType dtype = null;
    for (Object leaf : leaves) {
      DType d;
      if (leaf instanceof Boolean) {
        d = DType.BOOL;
      } else if (leaf instanceof Double || leaf instanceof Float) {
        d = DType.FLOAT32;
      } else if (leaf instanceof Number) {
        d = DType.INT32;
      } else if (leaf instanceof String) {
        d = DType.STRING;
      } else {
        throw new IllegalArgumentException("Cannot make an array of "
            + (leaf == null ? "null" : leaf.getClass().getName())
            + ": expected numbers, booleans or strings");
      }
      if (dtype == null || dtype == DType.BOOL || (dtype == DType.INT32 && d == DType.FLOAT32)) {
        dtype = d;
      } else if ((dtype == DType.STRING) != (d == DType.STRING)) {
        throw new IllegalArgumentException("Strings and numbers are mixed in one array");
      }
    }
    return dtype == null ? DType.FLOAT32 : dtype;
  }

  private static boolean isNested(@Nullable Object o) {
    return o instanceof List || (o != null && o.getClass().isArray());
  }

  private static int length(Object o) {
    return o instanceof List<?> l ? l.size() : Array.getLength(o);
  }

  private static @Nullable Object element(Object o, int i) {
    return o instanceof List<?> l ? l.get(i) : Array.get(o, i);
  }

  // whether a value at a depth is a leaf, as that of the first values is
  private boolean isLeaf(@Nullable Object o, int depth) {
    boolean nested = isNested(o);
    if (nested != (depth < dims.size()) || (o != null && nested && length(o) != dims.get(depth))) {
      throw new IllegalArgumentException(
          "The nested array is ragged: expected shape " + Shape.of(dims) + " throughout");
    }
    return !nested;
  }

  private void collect(@Nullable Object o, int depth, List<@Nullable Object> leaves) {
    if (isLeaf(o, depth) || o == null) {
      leaves.add(o);
      return;
    }
    int n = length(o);
    for (int i = 0; i < n; i++) {
      collect(element(o, i), depth + 1, leaves);
    }
  }

  // writes from an index on, and gives the index behind what it wrote
  private int fill(NDArray out, int at, @Nullable Object o, int depth) {
    if (isLeaf(o, depth) || o == null) {
      out.set(at, o);
      return at + 1;
    }
    int n = length(o);
    if (copied(o, out, at)) {
      return at + n;
    }
    int next = at;
    for (int i = 0; i < n; i++) {
      next = fill(out, next, element(o, i), depth + 1);
    }
    return next;
  }

  // a row of the array's own type is copied whole
  private static boolean copied(Object row, NDArray out, int at) {
    ByteBuffer to = out.bytes();
    if (row instanceof float[] v && out.dtype() == DType.FLOAT32) {
      to.asFloatBuffer().put(at, v);
    } else if (row instanceof double[] v && out.dtype() == DType.FLOAT64) {
      to.asDoubleBuffer().put(at, v);
    } else if (row instanceof int[] v && out.dtype() == DType.INT32) {
      to.asIntBuffer().put(at, v);
    } else if (row instanceof long[] v && out.dtype() == DType.INT64) {
      to.asLongBuffer().put(at, v);
    } else if (row instanceof short[] v && out.dtype() == DType.INT16) {
      to.asShortBuffer().put(at, v);
    } else if (row instanceof byte[] v && out.dtype() == DType.INT8) {
      to.put(at, v);
    } else {
      return false;
    }
    return true;
  }
}
