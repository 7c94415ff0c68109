package org.keras4j.tck.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.types.Jvp;
import org.keras4j.tck.draws.Dice;
import org.keras4j.tck.draws.Draw;
import org.keras4j.tck.draws.Draws;
import org.keras4j.tck.kit.KitOptions;
import org.keras4j.tck.kit.KitTest;

/**
 * The gradient of every function, and the gradient of that, against central differences along a random direction in
 * float64; and the derivative in that direction.
 */
public final class Gradients {
  private static final double STEP = 1e-5;

  /** Whose results say no number that moves with the arguments, or is defined up to a sign only. */
  private static final Set<String> NONE = Set.of("nextafter", "eig", "shuffle", "empty_like");

  /** A step of the arguments changes what is drawn, or the gradient is that of a different function. */
  private static final Set<String> OWN = Set.of("custom_gradient", "stop_gradient", "categorical");

  /** A loop of an unknown number of steps has no gradient; scales are taken in float32. */
  private static final Set<String> OTHER = Set.of("while_loop", "scale_and_translate");

  private Gradients() {}

  /** A test for each function that has a gradient. */
  public static List<KitTest> tests(KitOptions options) {
    List<KitTest> all = FunctionTests.of(options, 2, (function, i) -> {
      Draw draw = Draws.of(function, Dice.smooth(13L * i + function.hashCode()));
      String d = new Slopes(function, draw).difference();
      return d == null ? null : draw + ": " + d;
    });
    all.removeIf(t -> {
      String name = t.name().substring(t.name().lastIndexOf('.') + 1);
      return NONE.contains(name) || OWN.contains(name) || OTHER.contains(name);
    });
    return all;
  }

  private static final class Slopes {
    private final String function;
    private final Draw draw;
    private final List<NDArray> arrays;
    private final List<Integer> floats = new ArrayList<>();

    Slopes(String function, Draw draw) {
      this.function = function;
      this.draw = draw;
      this.arrays = draw.arrays();
      for (int i = 0; i < arrays.size(); i++) {
        if (arrays.get(i).dtype() == DType.FLOAT64) {
          floats.add(i);
        }
      }
    }

    @Nullable
    String difference() {
      if (floats.isEmpty() || draw.byValues()) {
        return null;
      }
      List<NDArray> x = floats.stream().map(arrays::get).toList();
      List<NDArray> u = random(x, 1);
      List<NDArray> v = random(x, 2);
      if (weighted(tensors(x)) == null) {
        return null;
      }
      String d = compare("gradient", this::weighted, x, v);
      d = d != null ? d : compareForward(x, v);
      return d != null ? d : compare("second gradient", in -> dot(gradient(in), u), x, v);
    }

    // the derivative in a direction is the gradient along it
    private @Nullable String compareForward(List<NDArray> x, List<NDArray> v) {
      Jvp<Tensor> forward =
          Ops.jvp(in -> weighted(in.stream().map(t -> (Tensor) t).toList()), tensors(x), v);
      double got = forward.tangentsOut().item();
      double want = dot(gradient(tensors(x)), v).item();
      boolean same = Math.abs(got - want) <= 1e-9 * (1 + Math.abs(want));
      return same || !Double.isFinite(want)
          ? null
          : "derivative " + got + " against the gradient's " + want;
    }

    private @Nullable String compare(
        String what, Function<List<Tensor>, Tensor> f, List<NDArray> x, List<NDArray> v) {
      double above = f.apply(tensors(moved(x, v, STEP))).item();
      double below = f.apply(tensors(moved(x, v, -STEP))).item();
      double slope = (above - below) / (2 * STEP);
      Function<List<Tensor>, List<Tensor>> outputs = in -> List.of(f.apply(in));
      if (!Double.isFinite(slope)) {
        return null; // the extreme of nothing is infinite
      }
      double got =
          dot(Grad.valueAndGrad(outputs, tensors(x), List.of()).grads(), v).item();
      if (function.endsWith("std") && Double.isNaN(got)) {
        return null; // of a single element: the root has no slope at 0
      }
      double size = Math.max(Math.abs(above), Math.abs(slope));
      return Math.abs(got - slope) <= 1e-5 * (1 + size)
          ? null
          : what + " " + got + " against " + slope + " by differences";
    }

    private List<Tensor> gradient(List<Tensor> in) {
      return Grad.valueAndGrad(x -> List.of(weighted(x)), in, List.of()).grads();
    }

    // the sum of all float results, each weighted with a fixed number; null if there is none
    private @Nullable Tensor weighted(List<Tensor> in) {
      List<Object> values = new ArrayList<>(arrays);
      for (int i = 0; i < in.size(); i++) {
        values.set(floats.get(i), in.get(i));
      }
      Object result = Results.structure(draw.replaced(values).call(function));
      Tensor sum = null;
      int seed = 7;
      for (Tensor t : Nest.tensors(result)) {
        Tensor real = t.dtype().isComplex() ? Ops.add(Ops.real(t), Ops.imag(t)) : t;
        if (real.dtype().isFloat()) {
          NDArray w = normal(NDArray.zeros(DType.FLOAT64, t.shape()), seed++);
          Tensor part = Ops.sum(Ops.multiply(Ops.cast(real, "float64"), w));
          sum = sum == null ? part : Ops.add(sum, part);
        }
      }
      return sum;
    }
  }

  private static List<Tensor> tensors(List<NDArray> x) {
    List<Tensor> out = new ArrayList<>();
    x.forEach(a -> out.add(ArrayLike.tensor(a)));
    return out;
  }

  private static Tensor dot(List<Tensor> x, List<NDArray> weights) {
    Tensor sum = null;
    for (int i = 0; i < x.size(); i++) {
      Tensor part = Ops.sum(Ops.multiply(x.get(i), weights.get(i)));
      sum = sum == null ? part : Ops.add(sum, part);
    }
    return sum;
  }

  private static List<NDArray> random(List<NDArray> like, int seed) {
    List<NDArray> out = new ArrayList<>();
    like.forEach(a -> out.add(normal(a, seed + out.size())));
    return out;
  }

  private static NDArray normal(NDArray like, int seed) {
    Random r = new Random(seed);
    NDArray out = NDArray.zeros(DType.FLOAT64, like.shape());
    for (int i = 0; i < out.size(); i++) {
      out.setDouble(i, r.nextGaussian());
    }
    return out;
  }

  private static List<NDArray> moved(List<NDArray> x, List<NDArray> v, double by) {
    List<NDArray> out = new ArrayList<>();
    for (int k = 0; k < x.size(); k++) {
      NDArray m = NDArray.zeros(DType.FLOAT64, x.get(k).shape());
      for (int i = 0; i < m.size(); i++) {
        m.setDouble(i, x.get(k).getDouble(i) + by * v.get(k).getDouble(i));
      }
      out.add(m);
    }
    return out;
  }
}
