package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.composite.ActivationComposites;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.Scanned;

/**
 * Recurrent networks with settings that the recurrent composites do not have: functions of their own, lengths of sequences, peepholes,
 * limits, and the reset before the product; as a scan.
 */
final class RecurrentSteps {
  private final Use u;
  private final String type;
  private final long units;
  private final Tensor w;
  private final Tensor r;
  private final @Nullable Tensor b;
  private final @Nullable Tensor p;
  private final List<UnaryOperator<Tensor>> functions = new ArrayList<>();

  /**
   * One direction.
   *
   * @param direction its number
   */
  RecurrentSteps(Use u, int direction) {
    this.u = u;
    this.type = u.node().type();
    int gates = type.equals("RNN") ? 1 : type.equals("GRU") ? 3 : 4;
    this.w = row(u.t(1), direction);
    this.r = row(u.t(2), direction);
    this.units = w.shape().dim(0) / gates;
    this.b = u.has(3) ? row(u.t(3), direction) : null;
    this.p = type.equals("LSTM") && u.has(7) ? row(u.t(7), direction) : null;
    List<String> names = type.equals("RNN")
        ? List.of("Tanh")
        : type.equals("GRU") ? List.of("Sigmoid", "Tanh") : List.of("Sigmoid", "Tanh", "Tanh");
    int n = names.size();
    List<?> given = u.value("activations") instanceof List<?> l ? l : List.of();
    for (int i = 0; i < n; i++) {
      int at = direction * n + i;
      String name = at < given.size() ? String.valueOf(given.get(at)) : names.get(i);
      functions.add(function(name, at));
    }
  }

  private static Tensor row(Tensor x, int i) {
    return Prims.reshape(Prims.slice(x, 0, i, i + 1L), x.shape().slice(1));
  }

  private double setting(String key, int at, double otherwise) {
    return u.value(key) instanceof float[] f && at < f.length ? f[at] : otherwise;
  }

  private UnaryOperator<Tensor> function(String name, int at) {
    double clip = u.real("clip", 0);
    UnaryOperator<Tensor> f = plain(name, at);
    return clip <= 0
        ? f
        : x ->
            f.apply(Prims.max(Prims.min(x, Prims.scalarLike(x, clip)), Prims.scalarLike(x, -clip)));
  }

  private UnaryOperator<Tensor> plain(String name, int at) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "tanh":
        return Ops::tanh;
      case "sigmoid":
        return Ops::sigmoid;
      case "relu":
        return ActivationComposites::relu;
      case "softsign":
        return x -> Prims.div(x, Prims.add(Prims.abs(x), 1));
      case "softplus":
        return ActivationComposites::softplus;
      case "elu":
        return x -> ActivationComposites.elu(x, setting("activation_alpha", at, 1));
      case "leakyrelu":
        return x -> ActivationComposites.leakyRelu(x, setting("activation_alpha", at, 0.01));
      case "hardsigmoid":
        return x -> ActivationOperators.hardSigmoid(
            x, setting("activation_alpha", at, 0.2), setting("activation_beta", at, 0.5));
      case "affine":
        return x -> Prims.add(
            Prims.mul(x, setting("activation_alpha", at, 1)), setting("activation_beta", at, 0));
      case "scaledtanh":
        return x -> Prims.mul(
            Ops.tanh(Prims.mul(x, setting("activation_beta", at, 1))),
            setting("activation_alpha", at, 1));
      default:
        throw new Unsupported("the function '" + name + "'");
    }
  }

  private Tensor gate(Tensor x, int i) {
    return Prims.slice(x, x.rank() - 1, i * units, (i + 1) * units);
  }

  private Tensor after(UnaryOperator<Tensor> f, Tensor x, @Nullable Tensor state, int peephole) {
    Tensor y = x;
    if (p != null && state != null) {
      y = Prims.add(y, Prims.mul(gate(p, peephole), state));
    }
    return f.apply(y);
  }

  /**
   * Runs over a sequence.
   *
   * @param x {@code (length, batch, features)}, in the order in which the steps run
   * @param first the first state: of LSTM two tensors {@code (batch, units)}, else one
   * @param lengths how many steps each row has, or null for all
   * @return what each step gives {@code (length, batch, units)}, then the last state
   */
  List<Tensor> run(Tensor x, List<Tensor> first, @Nullable Tensor lengths) {
    Tensor in = Ops.matmul(x, Prims.transpose(w, 1, 0));
    if (b != null) {
      in = Prims.add(in, Prims.slice(b, 0, 0, w.shape().dim(0)));
    }
    Tensor steps = Prims.iota(Sizes.scalar(Sizes.of(x, 0)), DType.INT32);
    List<Tensor> sequences = List.of(in, steps);
    Scanned<List<Tensor>, Tensor> done = Ops.scan(
        (state, now) -> {
          List<Tensor> next = new ArrayList<>(step(now.get(0), state));
          Tensor y = next.get(0);
          if (lengths != null) {
            Tensor goes =
                Prims.expandDims(Prims.lt(now.get(1), Prims.convert(lengths, DType.INT32)), 1);
            for (int i = 0; i < next.size(); i++) {
              next.set(i, Prims.select(goes, next.get(i), state.get(i)));
            }
            y = Prims.select(goes, y, Prims.scalarLike(y, 0));
          }
          return new Scanned<>(next, y);
        },
        first,
        sequences);
    List<Tensor> out = new ArrayList<>();
    out.add(done.output());
    out.addAll(done.carry());
    return out;
  }

  private Tensor turned(Tensor h, Tensor kernel, long from, long to, boolean biased) {
    Tensor y = Ops.matmul(h, Prims.transpose(Prims.slice(kernel, 0, from, to), 1, 0));
    long half = w.shape().dim(0);
    return b == null || !biased ? y : Prims.add(y, Prims.slice(b, 0, half + from, half + to));
  }

  private List<Tensor> step(Tensor x, List<Tensor> state) {
    Tensor h = state.get(0);
    UnaryOperator<Tensor> f = functions.get(0);
    if (type.equals("RNN")) {
      return List.of(f.apply(Prims.add(x, turned(h, r, 0, units, true))));
    }
    return type.equals("GRU") ? gru(x, h, f) : lstm(x, h, state.get(1), f);
  }

  private List<Tensor> gru(Tensor x, Tensor h, UnaryOperator<Tensor> f) {
    Tensor both = turned(h, r, 0, 2 * units, true);
    Tensor z = f.apply(Prims.add(gate(x, 0), gate(both, 0)));
    Tensor reset = f.apply(Prims.add(gate(x, 1), gate(both, 1)));
    Tensor rest = u.integer("linear_before_reset", 0) != 0
        ? Prims.mul(reset, turned(h, r, 2 * units, 3 * units, true))
        : turned(Prims.mul(reset, h), r, 2 * units, 3 * units, true);
    Tensor candidate = functions.get(1).apply(Prims.add(gate(x, 2), rest));
    return List.of(Prims.add(Prims.mul(Prims.sub(1, z), candidate), Prims.mul(z, h)));
  }

  private List<Tensor> lstm(Tensor x, Tensor h, Tensor c, UnaryOperator<Tensor> f) {
    Tensor all = Prims.add(x, turned(h, r, 0, 4 * units, true));
    Tensor i = after(f, gate(all, 0), c, 0);
    Tensor forget =
        u.integer("input_forget", 0) != 0 ? Prims.sub(1, i) : after(f, gate(all, 2), c, 2);
    Tensor candidate = functions.get(1).apply(gate(all, 3));
    Tensor next = Prims.add(Prims.mul(forget, c), Prims.mul(i, candidate));
    Tensor o = after(f, gate(all, 1), next, 1);
    return List.of(Prims.mul(o, functions.get(2).apply(next)), next);
  }

  /** Zeros where no first state is given. */
  static Tensor zeros(Tensor x, long units) {
    Tensor zero = Prims.scalar(x.dtype(), 0.0);
    return Sizes.expand(Prims.reshape(zero, Shape.SCALAR), List.of(Sizes.of(x, 1), units));
  }
}
