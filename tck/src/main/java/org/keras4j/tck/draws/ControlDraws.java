package org.keras4j.tck.draws;

import static org.keras4j.tck.draws.Draws.on;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.CustomGradient;
import org.keras4j.ops.types.Scanned;
import org.keras4j.ops.types.TensorFunction;

/** Functions that take functions; those that give one are called with what they gave. */
final class ControlDraws {
  private ControlDraws() {}

  static void add() {
    on("cond", d -> {
      Supplier<Tensor> yes = () -> Ops.add(new float[] {1, 2}, 1);
      Supplier<Tensor> no = () -> Ops.multiply(new float[] {1, 2}, 3);
      return Draw.of(d.flags(), yes, no);
    });
    on("switch", d -> {
      Function<List<Object>, Tensor> a = x -> Ops.sin(x.get(0));
      Function<List<Object>, Tensor> b = x -> Ops.multiply(x.get(0), x.get(0));
      return Draw.of(d.whole(0, 1), List.of(a, b), d.between(-2, 2, d.full(0, 3)));
    });
    on("while_loop", d -> {
      Function<List<Object>, Tensor> more = v -> Ops.less(v.get(0), 4);
      UnaryOperator<List<Object>> step =
          v -> List.of(Ops.add(v.get(0), 1), Ops.sin(Ops.add(v.get(1), 1)));
      return Draw.of(more, step, List.of(d.whole(0, 3), d.between(0, 2, d.full(0, 2))))
          .maybe(d, "maximum_iterations", 2);
    });
    on("fori_loop", d -> {
      BiFunction<Tensor, Tensor, Tensor> body = (i, x) -> Ops.sin(Ops.add(x, i));
      return Draw.of(0, d.in(0, 4), body, d.between(-2, 2, d.full(0, 2)));
    });
    on("scan", d -> {
      BiFunction<Tensor, Tensor, Scanned<Tensor, Tensor>> f = (c, x) -> {
        Tensor next = Ops.tanh(Ops.add(c, x));
        return new Scanned<>(next, Ops.multiply(next, x));
      };
      long[] s = d.full(0, 2);
      return Draw.of(
              f, d.between(-2, 2, s), d.between(-2, 2, Dice.join(new long[] {d.in(1, 4)}, s)))
          .maybe(d, "reverse", d.flip());
    });
    on("map vectorized_map", d -> {
      Function<Tensor, Tensor> f = x -> Ops.multiply(Ops.sum(x), Ops.cos(x));
      return Draw.of(f, d.between(-2, 2, d.full(1, 3)));
    });
    on("associative_scan", d -> {
      BinaryOperator<Tensor> f = Ops::multiply;
      long[] s = d.full(1, 3);
      return Draw.of(f, d.between(-2, 2, s)).with("axis", d.axis(s)).maybe(d, "reverse", d.flip());
    });
    on("jvp", d -> {
      Function<List<Object>, Tensor> f = x -> Ops.multiply(Ops.sin(x.get(0)), x.get(1));
      long[] s = d.full(0, 2);
      return Draw.of(
          f,
          List.of(d.between(-2, 2, s), d.between(-2, 2, s)),
          List.of(d.between(-2, 2, s), d.between(-2, 2, s)));
    });
    on("vectorize", d -> {
      TensorFunction<Tensor> f = x -> Ops.multiply(Ops.sin(x[0]), 2);
      return Draw.of(f);
    });
    on("custom_gradient", d -> {
      Function<List<Tensor>, CustomGradient.WithGradient<Tensor>> f =
          x -> new CustomGradient.WithGradient<>(
              Ops.multiply(x.get(0), 2), ct -> List.of(Ops.multiply(ct.get(0), 2)));
      return Draw.of(f);
    });
  }
}
