package org.keras4j.ops.internal.engine;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;

/**
 * Keras's dtype promotion ({@code keras.backend.result_type}): the least upper bound in a lattice where
 * Java numbers are weak, integral ones as Python's {@code int}, {@code double}s and {@code float}s as
 * Python's {@code float}.
 */
public final class Promotion {
  /** The points of the lattice: dtypes, and the two weak kinds between them. */
  private enum Point {
    BOOL(DType.BOOL),
    WEAK_INT(null),
    UINT8(DType.UINT8),
    UINT16(DType.UINT16),
    UINT32(DType.UINT32),
    UINT64(DType.UINT64),
    INT8(DType.INT8),
    INT16(DType.INT16),
    INT32(DType.INT32),
    INT64(DType.INT64),
    WEAK_FLOAT(null),
    BFLOAT16(DType.BFLOAT16),
    FLOAT16(DType.FLOAT16),
    FLOAT32(DType.FLOAT32),
    FLOAT64(DType.FLOAT64),
    COMPLEX64(DType.COMPLEX64),
    COMPLEX128(DType.COMPLEX128);

    private final @Nullable DType dtype;

    Point(@Nullable DType dtype) {
      this.dtype = dtype;
    }
  }

  private static final Map<Point, Set<Point>> ABOVE = new EnumMap<>(Point.class);
  private static final Map<DType, Point> POINTS = new EnumMap<>(DType.class);

  static {
    for (Point p : Point.values()) {
      ABOVE.put(p, EnumSet.of(p));
      if (p.dtype != null) {
        POINTS.put(p.dtype, p);
      }
    }
    edge(Point.FLOAT64, Point.COMPLEX128);
    edge(Point.COMPLEX64, Point.COMPLEX128);
    edge(Point.FLOAT32, Point.FLOAT64, Point.COMPLEX64);
    edge(Point.FLOAT16, Point.FLOAT32);
    edge(Point.BFLOAT16, Point.FLOAT32);
    edge(Point.WEAK_FLOAT, Point.FLOAT16, Point.BFLOAT16);
    edge(Point.INT64, Point.WEAK_FLOAT);
    edge(Point.UINT64, Point.WEAK_FLOAT);
    edge(Point.INT32, Point.INT64);
    edge(Point.UINT32, Point.INT64, Point.UINT64);
    edge(Point.INT16, Point.INT32);
    edge(Point.UINT16, Point.INT32, Point.UINT32);
    edge(Point.INT8, Point.INT16);
    edge(Point.UINT8, Point.INT16, Point.UINT16);
    edge(Point.WEAK_INT, Point.INT8, Point.UINT8);
    edge(Point.BOOL, Point.WEAK_INT);
  }

  private Promotion() {}

  private static Set<Point> above(Point p) {
    return Objects.requireNonNull(ABOVE.get(p));
  }

  private static void edge(Point from, Point... to) {
    for (Point p : to) {
      above(from).addAll(above(p));
    }
  }

  private static Point join(Point a, Point b) {
    Set<Point> common = EnumSet.copyOf(above(a));
    common.retainAll(above(b));
    for (Point p : common) {
      if (above(p).containsAll(common)) {
        return p;
      }
    }
    throw new IllegalStateException("No common dtype of " + a + " and " + b);
  }

  private static Point point(@Nullable Object x) {
    DType d = null;
    if (x instanceof DType t) {
      d = t;
    } else if (x instanceof Tensor t) {
      d = t.dtype();
    } else if (x instanceof Variable v) {
      d = VariableReads.spec(v).dtype();
    } else if (x instanceof NDArray a) {
      d = a.dtype();
    } else if (x instanceof Boolean) {
      d = DType.BOOL;
    } else if (x instanceof Double || x instanceof Float) {
      return Point.WEAK_FLOAT;
    } else if (x instanceof Number) {
      return Point.WEAK_INT;
    } else if (x instanceof String s) {
      d = DType.of(s);
    } else if (x != null) {
      d = NDArray.from(x).dtype();
    }
    if (d != null) {
      if (d == DType.INT4) {
        d = DType.INT8;
      } else if (d == DType.UINT4) {
        d = DType.UINT8;
      }
      Point p = POINTS.get(d);
      if (p != null) {
        return p;
      }
    }
    throw new IllegalArgumentException(
        "Dtype promotion is not defined for " + (d != null ? d : String.valueOf(x)));
  }

  /**
   * The dtype that the arguments combine to. Each is a dtype or its name, a tensor, variable or array,
   * or a Java number, which is weak: alone it gives int32 or floatx.
   */
  public static DType resultType(Object... args) {
    if (args.length == 1 && args[0] instanceof DType d && !POINTS.containsKey(d)) {
      return d;
    }
    boolean float8 = true;
    for (Object a : args) {
      DType d = a instanceof Tensor t ? t.dtype() : a instanceof DType t ? t : null;
      float8 &=
          d != null && d.isFloat() && d.size() == 1 && (a == args[0] || d == dtypeOf(args[0]));
    }
    if (float8 && args.length > 0) {
      return dtypeOf(args[0]);
    }
    Point p = Point.BOOL;
    for (Object a : args) {
      p = join(p, point(a));
    }
    return p == Point.WEAK_INT
        ? DType.INT32
        : p == Point.WEAK_FLOAT ? Keras.floatx() : java.util.Objects.requireNonNull(p.dtype);
  }

  private static DType dtypeOf(Object a) {
    return a instanceof Tensor t ? t.dtype() : (DType) a;
  }
}
