package org.keras4j.tck.autodiff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Holds gradients against central differences in float64: those of the function, and those of its
 * gradient. Both are weighted with fixed random numbers, so that every element counts.
 */
final class GradientCheck {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 2e-6;

  private GradientCheck() {}

  /** A function of tensors; its float results are all weighted. */
  interface Fn extends Function<List<Tensor>, List<Tensor>> {}

  /** First and second order, eager and compiled. */
  static void check(Fn f, NDArray... inputs) {
    first(f, inputs);
    Fn gradient = in -> {
      Grad.Result r = Grad.valueAndGrad(x -> List.of(weighted(f.apply(x))), in, List.of());
      return r.grads();
    };
    first(gradient, inputs);
  }

  /** First order only, for functions whose gradient is constant or has jumps. */
  static void first(Fn f, NDArray... inputs) {
    double[][] slopes = new double[inputs.length][];
    for (int i = 0; i < inputs.length; i++) {
      slopes[i] = new double[inputs[i].size()];
      for (int k = 0; k < slopes[i].length; k++) {
        slopes[i][k] = (value(f, moved(inputs, i, k, STEP)) - value(f, moved(inputs, i, k, -STEP)))
            / (2 * STEP);
      }
    }
    Function<List<Tensor>, List<Tensor>> scalar = x -> List.of(weighted(f.apply(x)));
    compare(slopes, Grad.valueAndGrad(scalar, tensors(inputs), List.of()).grads(), "eager");
    Jit jit = Jit.of(
        x -> Grad.valueAndGrad(scalar, tensorList((List<?>) x), List.of()).grads());
    compare(slopes, tensorList((List<?>) jit.call(tensors(inputs))), "compiled");
  }

  private static List<Tensor> tensorList(List<?> x) {
    List<Tensor> out = new ArrayList<>();
    x.forEach(t -> out.add((Tensor) t));
    return out;
  }

  private static void compare(double[][] slopes, List<Tensor> grads, String how) {
    for (int i = 0; i < slopes.length; i++) {
      double[] got = grads.get(i).toNDArray().toDoubleArray();
      assertEquals(slopes[i].length, got.length);
      for (int k = 0; k < got.length; k++) {
        double scale = 1 + Math.abs(slopes[i][k]);
        assertTrue(
            Math.abs(got[k] - slopes[i][k]) <= TOLERANCE * scale,
            how + ": gradient of input " + i + " is " + Arrays.toString(got) + ", by differences "
                + Arrays.toString(slopes[i]));
      }
    }
  }

  private static double value(Fn f, NDArray[] inputs) {
    try (TensorScope scope = new TensorScope()) {
      return weighted(f.apply(tensors(inputs))).item();
    }
  }

  private static NDArray[] moved(NDArray[] inputs, int i, int k, double by) {
    NDArray[] out = inputs.clone();
    double[] v = inputs[i].toDoubleArray().clone();
    v[k] += by;
    out[i] = NDArray.of(v, inputs[i].shape().toArray());
    return out;
  }

  private static List<Tensor> tensors(NDArray[] arrays) {
    List<Tensor> out = new ArrayList<>();
    for (NDArray a : arrays) {
      out.add(Engine.constant(a));
    }
    return out;
  }

  /** The sum of all float results, each element times a fixed number. */
  static Tensor weighted(List<Tensor> results) {
    Tensor sum = Prims.scalar(DType.FLOAT64, 0.0);
    int seed = 1;
    for (Tensor r : results) {
      if (r.dtype().isFloat()) {
        Tensor w = Engine.constant(random(seed++, r.shape().toArray()));
        sum = Prims.add(sum, Prims.sumAll(Prims.mul(Prims.convert(r, DType.FLOAT64), w)));
      }
    }
    return sum;
  }

  /** Numbers from a normal distribution. */
  static NDArray random(int seed, long... dims) {
    Random r = new Random(seed);
    double[] v = new double[Math.toIntExact(Shape.of(dims).size())];
    for (int i = 0; i < v.length; i++) {
      v[i] = r.nextGaussian();
    }
    return NDArray.of(v, dims);
  }

  /** Numbers evenly from a range. */
  static NDArray between(double low, double high, int seed, long... dims) {
    Random r = new Random(seed);
    double[] v = new double[Math.toIntExact(Shape.of(dims).size())];
    for (int i = 0; i < v.length; i++) {
      v[i] = low + (high - low) * r.nextDouble();
    }
    return NDArray.of(v, dims);
  }
}
