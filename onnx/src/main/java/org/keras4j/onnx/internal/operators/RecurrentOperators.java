package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.composite.RecurrentComposites;
import org.keras4j.ops.internal.engine.Prims;

/** Recurrent networks with their usual functions, in one direction or both. */
final class RecurrentOperators {
  private RecurrentOperators() {}

  static void add() {
    Operators.put("LSTM", u -> isUsual(u) ? run(u, 4) : steps(u, 4));
    Operators.put("GRU", u -> isUsual(u) ? run(u, 3) : steps(u, 3));
    Operators.put("RNN", u -> steps(u, 1));
  }

  private static Tensor direction(Tensor x, int d) {
    Tensor part = Prims.slice(x, 0, d, d + 1L);
    return Prims.reshape(part, x.shape().slice(1));
  }

  private static Tensor gates(Tensor x, long units, int axis, int... order) {
    List<Tensor> parts = new ArrayList<>();
    for (int g : order) {
      parts.add(Prims.slice(x, axis, g * units, (g + 1) * units));
    }
    return Prims.concat(parts, axis);
  }

  // what the composites have
  private static boolean isUsual(Use u) {
    boolean gru = u.node().type().equals("GRU");
    return !u.has("activations")
        && !u.has("clip")
        && u.integer("input_forget", 0) == 0
        && !u.has(4)
        && !(u.has(7) && !gru)
        && (!gru || u.integer("linear_before_reset", 0) != 0);
  }

  private static List<Operand> steps(Use u, int gates) {
    boolean lstm = gates == 4;
    boolean batchFirst = u.integer("layout", 0) != 0;
    Tensor x = batchFirst ? Prims.swap(u.t(0), 0, 1) : u.t(0);
    Tensor lengths = u.has(4) ? u.t(4) : null;
    Tensor w = u.t(1);
    int directions = w.shape().intDim(0);
    long units = w.shape().dim(1) / gates;
    boolean reverse = u.text("direction", "forward").equals("reverse");
    List<List<Tensor>> results = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      boolean back = d == 1 || reverse;
      List<Tensor> first = new ArrayList<>();
      for (int i = 5; i < (lstm ? 7 : 6); i++) {
        Tensor given = u.has(i) ? batchFirst ? Prims.swap(u.t(i), 0, 1) : u.t(i) : null;
        first.add(given == null ? RecurrentSteps.zeros(x, units) : direction(given, d));
      }
      Tensor in = back ? backwards(x, lengths) : x;
      List<Tensor> out = new ArrayList<>(new RecurrentSteps(u, d).run(in, first, lengths));
      out.set(0, back ? backwards(out.get(0), lengths) : out.get(0));
      results.add(out);
    }
    List<Operand> all = new ArrayList<>();
    for (int k = 0; k < (lstm ? 3 : 2); k++) {
      List<Tensor> parts = new ArrayList<>();
      for (List<Tensor> r : results) {
        parts.add(Prims.expandDims(r.get(k), k == 0 ? 1 : 0));
      }
      Tensor y = Prims.concat(parts, k == 0 ? 1 : 0);
      if (batchFirst) { // (batch, length, directions, units) and (batch, directions, units)
        y = k == 0 ? Prims.transpose(y, 2, 0, 1, 3) : Prims.swap(y, 0, 1);
      }
      all.add(Operand.of(y));
    }
    return all;
  }

  private static Tensor backwards(Tensor x, @Nullable Tensor lengths) {
    return lengths == null ? Prims.reverse(x, 0) : SignalOperators.reversed(x, lengths, 0, 1);
  }

  private static List<Operand> run(Use u, int gates) {
    boolean lstm = gates == 4;
    boolean batchFirst = u.integer("layout", 0) != 0;
    Tensor x = batchFirst ? u.t(0) : Prims.swap(u.t(0), 0, 1);
    Tensor w = u.t(1);
    int directions = w.shape().intDim(0);
    long units = w.shape().dim(1) / gates;
    String way = u.text("direction", "forward");
    List<Tensor> ys = new ArrayList<>();
    List<Tensor> hs = new ArrayList<>();
    List<Tensor> cs = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      boolean back = d == 1 || way.equals("reverse");
      Tensor in = back ? Prims.reverse(x, 1) : x;
      int[] order = lstm ? new int[] {0, 2, 3, 1} : new int[] {0, 1, 2};
      Tensor kernel = Prims.transpose(gates(direction(w, d), units, 0, order), 1, 0);
      Tensor recurrent = Prims.transpose(gates(direction(u.t(2), d), units, 0, order), 1, 0);
      Tensor bias = u.has(3) ? bias(direction(u.t(3), d), units, gates, order) : null;
      Tensor h0 = state(u, 5, d, x, units, batchFirst);
      List<Tensor> out = lstm
          ? RecurrentComposites.lstm(
              in, h0, state(u, 6, d, x, units, batchFirst), kernel, recurrent, bias)
          : RecurrentComposites.gru(in, h0, kernel, recurrent, bias);
      Tensor y = back ? Prims.reverse(out.get(0), 1) : out.get(0);
      ys.add(Prims.expandDims(batchFirst ? y : Prims.swap(y, 0, 1), batchFirst ? 2 : 1));
      hs.add(Prims.expandDims(out.get(1), batchFirst ? 1 : 0));
      if (lstm) {
        cs.add(Prims.expandDims(out.get(2), batchFirst ? 1 : 0));
      }
    }
    int at = batchFirst ? 1 : 0;
    List<Operand> out = new ArrayList<>();
    out.add(Operand.of(Prims.concat(ys, batchFirst ? 2 : 1)));
    out.add(Operand.of(Prims.concat(hs, at)));
    if (lstm) {
      out.add(Operand.of(Prims.concat(cs, at)));
    }
    return out;
  }

  private static Tensor bias(Tensor b, long units, int gates, int[] order) {
    Tensor first = gates(Prims.slice(b, 0, 0, gates * units), units, 0, order);
    Tensor second = gates(Prims.slice(b, 0, gates * units, 2L * gates * units), units, 0, order);
    return gates == 4
        ? Prims.add(first, second)
        : Prims.concat(List.of(Prims.expandDims(first, 0), Prims.expandDims(second, 0)), 0);
  }

  private static Tensor state(Use u, int i, int d, Tensor x, long units, boolean batchFirst) {
    @Nullable Tensor given = u.has(i) ? u.t(i) : null;
    if (given != null) {
      return direction(batchFirst ? Prims.swap(given, 0, 1) : given, d);
    }
    Tensor zero = Prims.scalar(x.dtype(), 0.0);
    return Sizes.expand(Prims.reshape(zero, Shape.SCALAR), List.of(Sizes.of(x, 0), units));
  }
}
