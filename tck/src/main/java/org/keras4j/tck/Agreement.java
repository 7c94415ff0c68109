package org.keras4j.tck;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.types.Index;

/**
 * Compares results with recorded ones.
 *
 * @param strict whether dtypes must be equal also
 * @param loose what the tolerances are multiplied with
 */
record Agreement(boolean strict, double loose) {
  /** What differs, in words; null if nothing does. */
  @Nullable
  String difference(@Nullable Object actual, @Nullable Object expected) {
    return difference("", actual, expected);
  }

  private @Nullable String difference(
      String at, @Nullable Object actual, @Nullable Object expected) {
    if (expected instanceof Map<?, ?> e) {
      if (!(actual instanceof Map<?, ?> a) || !a.keySet().equals(e.keySet())) {
        return at + " expected keys " + e.keySet() + ", got " + text(actual);
      }
      for (Object k : e.keySet()) {
        String d = difference(at + "." + k, a.get(k), e.get(k));
        if (d != null) {
          return d;
        }
      }
      return null;
    }
    if (expected instanceof List<?> e) {
      return lists(at, actual, e);
    }
    if (expected instanceof TensorSpec e) {
      return specs(at, actual, e);
    }
    if (expected == null
        || expected instanceof String
        || expected instanceof Boolean
        || expected instanceof Index) {
      Object a = actual instanceof Tensor t ? scalar(t) : actual;
      return java.util.Objects.equals(a instanceof DType d ? d.kerasName() : a, expected)
          ? null
          : at + " expected " + expected + ", got " + text(actual);
    }
    if (actual instanceof List<?> one && one.size() == 1) {
      actual = one.get(0); // where Keras gives one value or several, Java gives a list
    }
    if (actual instanceof Shape || actual instanceof List || actual instanceof Map) {
      return at + " expected " + text(expected) + ", got " + text(actual);
    }
    if (actual == null) {
      return at + " expected " + text(expected) + ", got nothing";
    }
    return numbers(at, array(actual), array(expected));
  }

  private @Nullable String lists(String at, @Nullable Object actual, List<?> e) {
    if (actual instanceof Shape s) {
      actual = java.util.Arrays.stream(s.toArray()).boxed().toList();
    } else if (actual instanceof Object[] o) {
      actual = java.util.Arrays.asList(o);
    } else if (actual != null && actual.getClass().isArray()) {
      NDArray a = NDArray.from(actual);
      actual =
          java.util.stream.IntStream.range(0, a.size()).mapToObj(a::getLong).toList();
    }
    if (!(actual instanceof List<?> a) || a.size() != e.size()) {
      return at + " expected " + e.size() + " values, got " + text(actual);
    }
    for (int i = 0; i < e.size(); i++) {
      String d = difference(at + "[" + i + "]", a.get(i), e.get(i));
      if (d != null) {
        return d;
      }
    }
    return null;
  }

  private @Nullable String specs(String at, @Nullable Object actual, TensorSpec e) {
    TensorSpec a = actual instanceof Tensor t
        ? t.spec()
        : actual instanceof NDArray n
            ? n.spec()
            : actual == null ? null : array(actual).spec();
    return e.equals(a) ? null : at + " expected " + e + ", got " + (a == null ? "nothing" : a);
  }

  private @Nullable String numbers(String at, NDArray actual, NDArray expected) {
    NDArray a = narrowed(actual);
    NDArray e = narrowed(expected);
    if (!a.shape().equals(e.shape()) || (strict && a.dtype() != e.dtype())) {
      return at + " expected " + e.spec() + ", got " + a.spec();
    }
    if (e.dtype() == DType.STRING) {
      return java.util.Arrays.equals(a.toStringArray(), e.toStringArray())
          ? null
          : at + " expected " + e + ", got " + a;
    }
    Tolerance t = Tolerance.of(e.dtype());
    double rtol = t.relative() * loose;
    double atol = t.absolute() * loose;
    int wrong = 0;
    int worst = 0;
    double most = -1;
    for (int i = 0; i < e.size(); i++) {
      double d = Math.hypot(a.getDouble(i) - e.getDouble(i), a.getImaginary(i) - e.getImaginary(i));
      double size = Math.hypot(e.getDouble(i), e.getImaginary(i));
      if (same(a.getDouble(i), e.getDouble(i)) && same(a.getImaginary(i), e.getImaginary(i))) {
        continue;
      }
      if (!(d <= atol + rtol * size) || Double.isInfinite(size)) {
        wrong++;
        double off = Double.isNaN(d) ? Double.POSITIVE_INFINITY : d;
        if (off > most) {
          most = off;
          worst = i;
        }
      }
    }
    return wrong == 0
        ? null
        : at + " " + wrong + " of " + e.size() + " elements of " + e.spec() + " differ, [" + worst
            + "] expected " + value(e, worst) + ", got " + value(a, worst);
  }

  private static boolean same(double a, double e) {
    return a == e || (Double.isNaN(a) && Double.isNaN(e));
  }

  private static String value(NDArray a, int i) {
    return a.dtype().isComplex()
        ? a.getDouble(i) + "+" + a.getImaginary(i) + "j"
        : String.valueOf(a.getDouble(i));
  }

  // as JAX does without 64-bit numbers
  private static NDArray narrowed(NDArray a) {
    return switch (a.dtype()) {
      case FLOAT64 -> a.astype(DType.FLOAT32);
      case INT64 -> a.astype(DType.INT32);
      case UINT64 -> a.astype(DType.UINT32);
      case COMPLEX128 -> a.astype(DType.COMPLEX64);
      default -> a;
    };
  }

  static NDArray array(Object v) {
    if (v instanceof Tensor t) {
      return t.toNDArray();
    }
    if (v instanceof Variable x) {
      return x.value().toNDArray();
    }
    return NDArray.from(v);
  }

  private static @Nullable Object scalar(Tensor t) {
    return t instanceof EagerTensor && t.dtype().isBool() && t.rank() == 0
        ? (Object) t.toNDArray().getBoolean(0)
        : t;
  }

  private static String text(@Nullable Object v) {
    if (v instanceof Tensor t) {
      return "a tensor " + t.spec();
    }
    if (v instanceof List<?> l) {
      return l.size() + " values" + (l.isEmpty() ? "" : ", first " + text(l.get(0)));
    }
    return v == null ? "nothing" : v.getClass().getSimpleName() + " " + v;
  }

  /** What two numbers of a dtype may differ by. */
  private record Tolerance(double relative, double absolute) {
    static Tolerance of(DType d) {
      return switch (d) {
        case FLOAT32, FLOAT64, COMPLEX64, COMPLEX128 -> new Tolerance(1e-4, 1e-5);
        case FLOAT16 -> new Tolerance(1e-2, 1e-2);
        case BFLOAT16 -> new Tolerance(4e-2, 4e-2);
        case FLOAT8_E4M3FN -> new Tolerance(0.2, 0.2);
        case FLOAT8_E5M2 -> new Tolerance(0.3, 0.3);
        default -> new Tolerance(0, 0);
      };
    }
  }
}
