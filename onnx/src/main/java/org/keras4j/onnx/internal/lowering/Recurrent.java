package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.spi.Site;

/** LSTM and GRU over whole sequences, time first and with their weights' gates in ONNX's order. */
final class Recurrent {
  private Recurrent() {}

  static boolean takes(Composite c, List<TensorSpec> in) {
    return in.get(0).dtype() == DType.FLOAT32
        && in.get(0).dim(1) != 0
        && in.get(0).dim(0) != 0;
  }

  /** {@code (n, gates units)} to {@code (1, gates units, n)}, the gates in the order given. */
  private static Term weights(OnnxOps o, Term kernel, int units, int... order) {
    Term rows = o.transpose(kernel, 1, 0);
    return o.unsqueeze(ordered(o, rows, 0, units, order), 0);
  }

  private static Term ordered(OnnxOps o, Term x, int axis, int units, int... order) {
    boolean sorted = true;
    List<Term> parts = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      sorted &= order[i] == i;
      parts.add(o.slice(x, axis, (long) order[i] * units, (order[i] + 1L) * units, 1));
    }
    return sorted ? x : o.concat(parts, axis);
  }

  private static List<Term> run(
      OnnxOps o,
      Call call,
      Site<Term> s,
      Term w,
      Term r,
      @Nullable Term b,
      Term h,
      @Nullable Term c) {
    Term x = o.transpose(s.input(0), 1, 0, 2);
    int units = s.out(0).shape().intDim(2);
    long time = x.dim(0);
    long batch = x.dim(1);
    List<TensorSpec> out = new ArrayList<>();
    out.add(new TensorSpec(Shape.of(time, 1, batch, units), DType.FLOAT32));
    out.add(new TensorSpec(Shape.of(1, batch, units), DType.FLOAT32));
    List<Term> in = new ArrayList<>();
    in.add(x);
    in.add(w);
    in.add(r);
    in.add(b);
    in.add(null);
    in.add(h);
    if (c != null) {
      in.add(c);
      out.add(out.get(1));
    }
    List<Term> all = o.all(call.set("hidden_size", (long) units), in, out);
    List<Term> results = new ArrayList<>();
    results.add(o.transpose(o.squeeze(all.get(0), 1), 1, 0, 2));
    for (Term t : all.subList(1, all.size())) {
      results.add(o.squeeze(t, 0));
    }
    return results;
  }

  static List<Term> lstm(OnnxOps o, Composite p, Site<Term> s) {
    int units = s.in(4).shape().intDim(0);
    int[] order = {0, 3, 1, 2}; // input, output, forget, candidate
    Term bias = null;
    if (p.attributes().get(Composites.BIAS)) {
      Term first = ordered(o, s.input(5), 0, units, order);
      Term none = o.constant(NDArray.zeros(DType.FLOAT32, Shape.of(4L * units)));
      bias = o.unsqueeze(o.concat(List.of(first, none), 0), 0);
    }
    return run(
        o,
        new Call("LSTM"),
        s,
        weights(o, s.input(3), units, order),
        weights(o, s.input(4), units, order),
        bias,
        o.unsqueeze(s.input(1), 0),
        o.unsqueeze(s.input(2), 0));
  }

  static List<Term> gru(OnnxOps o, Composite p, Site<Term> s) {
    int units = s.in(3).shape().intDim(0);
    int[] order = {0, 1, 2};
    boolean biased = p.attributes().get(Composites.BIAS);
    Term bias = biased ? o.reshape(s.input(4), Shape.of(1, 6L * units)) : null;
    return run(
        o,
        new Call("GRU").set("linear_before_reset", 1),
        s,
        weights(o, s.input(2), units, order),
        weights(o, s.input(3), units, order),
        bias,
        o.unsqueeze(s.input(1), 0),
        null);
  }
}
