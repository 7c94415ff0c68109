package org.keras4j.tck.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.ops.types.Jvp;
import org.keras4j.ops.types.Scanned;
import org.keras4j.ops.types.TensorFunction;
import org.keras4j.tck.draws.Draw;

/** What functions gave, made comparable. */
final class Results {
  /** Defined up to signs or phases. */
  private static final Set<String> SIGNS = Set.of("svd", "eigh", "qr", "eig");

  private Results() {}

  /** The result with arrays for tensors; a function that is the result is called with two numbers. */
  static List<Object> of(@Nullable Object result) {
    List<Object> out = new ArrayList<>();
    for (Object leaf : Nest.flatten(structure(result))) {
      out.add(leaf instanceof Tensor t ? t.toNDArray() : leaf);
    }
    return out;
  }

  /** The result as lists and maps. */
  static @Nullable Object structure(@Nullable Object result) {
    if (result instanceof Scanned<?, ?> s) {
      return java.util.Arrays.asList(s.carry(), s.output());
    } else if (result instanceof Jvp<?> j) {
      return java.util.Arrays.asList(j.primalsOut(), j.tangentsOut());
    } else if (result instanceof TensorFunction<?> f) {
      return f.apply((Object) new float[] {1, 2});
    }
    return result;
  }

  /** What differs, in words; null if nothing does. */
  static @Nullable String difference(
      String function, Draw draw, @Nullable Object got, @Nullable Object want) {
    List<Object> a = of(got);
    List<Object> b = of(want);
    if (a.size() != b.size()) {
      return a.size() + " results against " + b.size();
    }
    if (function.endsWith(".eig")) {
      // in no defined order
      double[] x = moduli((NDArray) a.get(0));
      double[] y = moduli((NDArray) b.get(0));
      return arrays(NDArray.of(x, x.length), NDArray.of(y, y.length), false, loss(draw));
    }
    boolean signs = SIGNS.contains(function.substring(function.lastIndexOf('.') + 1));
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i) instanceof NDArray x && b.get(i) instanceof NDArray y) {
        String d = arrays(x, y, signs, loss(draw));
        if (d != null) {
          return "result " + i + ": " + d;
        }
      } else if (!(a.get(i) instanceof Number) && !java.util.Objects.equals(a.get(i), b.get(i))) {
        return "result " + i + ": " + a.get(i) + " against " + b.get(i);
      }
    }
    return null;
  }

  // a result of inputs in half precision is as exact as they are
  private static double loss(Draw draw) {
    double out = 0;
    for (NDArray a : draw.arrays()) {
      out = Math.max(out, precision(a.dtype()));
    }
    return out;
  }

  private static double precision(DType d) {
    return switch (d) {
      case FLOAT16 -> 4e-3;
      case BFLOAT16 -> 3e-2;
      case FLOAT32, FLOAT64, COMPLEX64, COMPLEX128 -> 1e-5;
      default -> 0;
    };
  }

  /** What differs between two arrays, in words; null if nothing does. */
  static @Nullable String arrays(NDArray x, NDArray y, boolean signs, double loss) {
    if (!x.spec().equals(y.spec())) {
      return x.spec() + " against " + y.spec();
    }
    double tolerance =
        x.dtype().isInteger() || x.dtype().isBool() ? 0 : Math.max(precision(x.dtype()), loss);
    double largest = 0;
    for (int i = 0; i < y.size(); i++) {
      double v = Math.abs(y.getDouble(i));
      largest = Double.isFinite(v) ? Math.max(largest, v) : largest;
    }
    for (int i = 0; i < x.size(); i++) {
      double p = signs ? modulus(x, i) : x.getDouble(i);
      double q = signs ? modulus(y, i) : y.getDouble(i);
      double im = signs ? 0 : x.getImaginary(i) - y.getImaginary(i);
      boolean same = p == q || (Double.isNaN(p) && Double.isNaN(q));
      if (!(same || Math.abs(p - q) <= tolerance * (1 + largest))
          || Math.abs(im) > 1e-4 * (1 + largest)) {
        return x.spec() + " [" + i + "]: " + p + " against " + q;
      }
    }
    return null;
  }

  private static double modulus(NDArray a, int i) {
    return Math.hypot(a.getDouble(i), a.getImaginary(i));
  }

  private static double[] moduli(NDArray a) {
    return java.util.stream.IntStream.range(0, a.size())
        .mapToDouble(i -> modulus(a, i))
        .sorted()
        .toArray();
  }
}
