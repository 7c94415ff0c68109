package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.tck.distribution.ThreadRanks;
import org.keras4j.tck.draws.Dice;
import org.keras4j.tck.draws.Draw;
import org.keras4j.tck.draws.Draws;
import org.keras4j.tck.kit.KitOptions;

/**
 * Every function on random arguments, and its gradient, gives divided among two ranks what it gives whole: {@code -Dkeras4j.draws}
 * says how often.
 */
@Tag("pytorch")
class DividedFunctionsTest {
  /** Whose results are memory as it was, or defined up to a sign. */
  private static final Set<String> NONE = Set.of("keras.ops.empty", "keras.ops.empty_like");

  /** Without a gradient; and one that takes its scales in float32. */
  private static final Set<String> NO_GRADIENT = Set.of(
      "keras.ops.eig",
      "keras.ops.while_loop",
      "keras.ops.nextafter",
      "keras.ops.image.scale_and_translate");

  private int divided;

  @Test
  void functions() {
    List<String> wrong = new ArrayList<>();
    for (String f : Profile.functions()) {
      if (!NONE.contains(f)) {
        for (int i : new KitOptions().drawn(1)) {
          try (TensorScope scope = new TensorScope()) {
            values(f, i, wrong);
          } catch (Exception e) {
            wrong.add(f + " #" + i + ": " + e);
          }
        }
      }
    }
    assertTrue(wrong.isEmpty(), String.join("\n", wrong));
    assertTrue(divided > Profile.functions().size() / 3, divided + " calls were divided");
  }

  @Test
  void gradients() {
    List<String> wrong = new ArrayList<>();
    for (String f : Profile.functions()) {
      if (!NONE.contains(f) && !NO_GRADIENT.contains(f)) {
        for (int i : new KitOptions().drawn(1)) {
          try (TensorScope scope = new TensorScope()) {
            slopes(f, i, wrong);
          } catch (Exception e) {
            wrong.add(f + " #" + i + ": " + e);
          }
        }
      }
    }
    assertTrue(wrong.isEmpty(), String.join("\n", wrong));
  }

  private static List<Object> tensors(Draw draw) {
    List<Object> out = new ArrayList<>();
    draw.arrays().forEach(a -> out.add(ArrayLike.tensor(a)));
    return out;
  }

  private void values(String function, int i, List<String> wrong) throws Exception {
    Draw draw = Draws.of(function, Dice.of(31L * i + function.hashCode()));
    List<Object> in = tensors(draw);
    if (in.isEmpty() || draw.byValues()) {
      return;
    }
    Object whole = Jit.of(x -> Results.structure(draw.replaced((List<?>) x).call(function)))
        .call(in);
    ThreadRanks ranks = new ThreadRanks(2);
    List<Object> got =
        ranks.run(r -> Jit.of(x -> Results.structure(draw.replaced((List<?>) x).call(function)))
            .distributed()
            .call(in));
    divided += rows(draw) ? 1 : 0;
    for (Object g : got) {
      String d = Results.difference(function, draw, g, whole);
      if (d != null) {
        wrong.add(function + " #" + i + " " + draw + ": " + d);
      }
    }
  }

  private static boolean rows(Draw draw) {
    for (NDArray a : draw.arrays()) {
      if (a.rank() > 0) {
        return a.shape().dim(0) > 1;
      }
    }
    return false;
  }

  private static void slopes(String function, int i, List<String> wrong) throws Exception {
    Draw draw = Draws.of(function, Dice.smooth(13L * i + function.hashCode()));
    List<Object> in = tensors(draw);
    if (in.isEmpty() || draw.byValues() || !rows(draw)) {
      return;
    }
    List<Integer> floats = new ArrayList<>();
    for (int k = 0; k < in.size(); k++) {
      if (((Tensor) in.get(k)).dtype().isFloat()) {
        floats.add(k);
      }
    }
    Object whole = gradient(function, draw, floats).call(in);
    if (whole == null) {
      return;
    }
    List<Object> got = new ThreadRanks(2)
        .run(r -> gradient(function, draw, floats).distributed().call(in));
    List<Tensor> want = Nest.tensors(whole);
    for (Object g : got) {
      for (int k = 0; k < want.size(); k++) {
        double[] a = want.get(k).toNDArray().toDoubleArray();
        double[] b = Nest.tensors(g).get(k).toNDArray().toDoubleArray();
        for (int n = 0; n < a.length; n++) {
          boolean same = Double.isNaN(a[n])
              ? Double.isNaN(b[n])
              : a[n] == b[n] || Math.abs(a[n] - b[n]) <= 1e-7 * (1 + Math.abs(a[n]));
          if (!same) {
            wrong.add(function + " #" + i + " " + draw + ": gradient " + k + "[" + n + "] is "
                + b[n] + ", whole " + a[n]);
            return;
          }
        }
      }
    }
  }

  // of the sum of the squares of all results; null where there is no float among them
  private static Jit gradient(String function, Draw draw, List<Integer> floats) {
    return Jit.of(x -> {
      List<Object> all = new ArrayList<>((List<?>) x);
      List<Tensor> moving = floats.stream().map(k -> (Tensor) all.get(k)).toList();
      boolean[] none = new boolean[1];
      List<Tensor> grads = Grad.valueAndGrad(
              in -> {
                for (int k = 0; k < floats.size(); k++) {
                  all.set(floats.get(k), in.get(k));
                }
                Tensor sum = ArrayLike.tensor(0.0);
                none[0] = true;
                for (Tensor t :
                    Nest.tensors(Results.structure(draw.replaced(all).call(function)))) {
                  Tensor real = t.dtype().isComplex() ? Ops.add(Ops.real(t), Ops.imag(t)) : t;
                  if (real.dtype().isFloat()) {
                    none[0] = false;
                    sum = Ops.add(
                        Ops.cast(sum, "float64"), Ops.sum(Ops.square(Ops.cast(real, "float64"))));
                  }
                }
                return List.of(sum);
              },
              moving,
              List.of())
          .grads();
      return none[0] || floats.isEmpty() ? null : grads;
    });
  }
}
