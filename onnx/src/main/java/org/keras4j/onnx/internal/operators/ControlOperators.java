package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxValue;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.Scanned;

/** Branches and loops: run as they come where every value is computed at once, else as branches and loops of the graph. */
final class ControlOperators {
  private ControlOperators() {}

  static void add() {
    Operators.put("If", ControlOperators::choose);
    Operators.put("Loop", ControlOperators::loop);
    Operators.put("Scan", ControlOperators::scan);
  }

  private static OnnxGraph graph(Use u, String key) {
    if (u.value(key) instanceof OnnxGraph g) {
      return g;
    }
    throw new Unsupported("no graph '" + key + "'");
  }

  private static List<Operand> operands(List<Tensor> tensors) {
    List<Operand> out = new ArrayList<>();
    tensors.forEach(t -> out.add(Operand.of(t)));
    return out;
  }

  private static List<Tensor> tensors(List<Operand> operands) {
    List<Tensor> out = new ArrayList<>();
    operands.forEach(o -> out.add(o.tensor()));
    return out;
  }

  private static List<Operand> choose(Use u) {
    OnnxGraph yes = graph(u, "then_branch");
    OnnxGraph no = graph(u, "else_branch");
    NDArray known = u.in(0).array();
    if (known != null) {
      return u.run().within(known.getBoolean(0) ? yes : no, List.of());
    }
    Tensor condition = Prims.reshape(u.t(0), Shape.SCALAR);
    List<Tensor> out = Ops.cond(
        condition,
        () -> tensors(u.run().within(yes, List.of())),
        () -> tensors(u.run().within(no, List.of())));
    return operands(out);
  }

  // ---- Loop: (most steps, condition, state...) to (last state..., what each step gave, stacked)

  private static List<Operand> loop(Use u) {
    OnnxGraph body = graph(u, "body");
    List<Operand> state = new ArrayList<>();
    for (int i = 2; i < u.count(); i++) {
      state.add(u.in(i));
    }
    if (body.outputs().size() <= state.size()) {
      throw new Unsupported(
          "its body gives " + body.outputs().size() + " values for a state of " + state.size());
    }
    NDArray go = u.has(1) ? u.in(1).array() : NDArray.of(new boolean[] {true});
    Long most = !u.has(0) ? (Long) Long.MAX_VALUE : number(u.in(0));
    if (u.run().isComputed() && go != null && most != null) {
      return stepped(u, body, state, go.getBoolean(0), most);
    }
    if (go != null && !go.getBoolean(0)) {
      most = 0L;
    }
    Tensor condition = go != null ? Operand.of(truth()).tensor() : Prims.reshape(u.t(1));
    return body.outputs().size() - 1 == state.size()
        ? repeated(u, body, tensors(state), condition, most)
        : gathered(u, body, tensors(state), condition, most);
  }

  private static @Nullable Long number(Operand o) {
    NDArray a = o.array();
    return a == null ? null : (Long) a.getLong(0);
  }

  private static List<Operand> stepped(
      Use u, OnnxGraph body, List<Operand> first, boolean begins, long most) {
    List<Operand> state = first;
    int n = state.size();
    List<List<Tensor>> gathered = new ArrayList<>();
    for (int k = n + 1; k < body.outputs().size(); k++) {
      gathered.add(new ArrayList<>());
    }
    boolean go = begins;
    for (long i = 0; go && i < most; i++) {
      List<Operand> in = new ArrayList<>();
      in.add(Operand.of(NDArray.scalar(DType.INT64, i)));
      in.add(Operand.of(truth()));
      in.addAll(state);
      List<Operand> out = u.run().within(body, in);
      go = Objects.requireNonNull(out.get(0).array()).getBoolean(0);
      state = out.subList(1, n + 1);
      for (int k = 0; k < gathered.size(); k++) {
        gathered.get(k).add(Prims.expandDims(out.get(n + 1 + k).tensor(), 0));
      }
    }
    List<Operand> all = new ArrayList<>(state);
    for (int k = 0; k < gathered.size(); k++) {
      List<Tensor> parts = gathered.get(k);
      all.add(
          parts.isEmpty()
              ? Operand.of(nothing(body.outputs().get(n + 1 + k)))
              : Operand.of(Prims.concat(parts, 0)));
    }
    return all;
  }

  private static NDArray truth() {
    return NDArray.of(new boolean[] {true}).reshape();
  }

  private static NDArray nothing(OnnxValue v) {
    Shape s = v.shape();
    if (s == null || v.dtype() == null) {
      throw new Unsupported("a loop of no steps, whose results have no known shape");
    }
    Shape all = s.insert(0, 0);
    for (int i = 1; i < all.rank(); i++) {
      all = all.dim(i) < 0 ? all.with(i, 0) : all;
    }
    return NDArray.zeros(v.dtype(), all);
  }

  private static List<Operand> repeated(
      Use u, OnnxGraph body, List<Tensor> state, Tensor condition, @Nullable Long most) {
    Tensor end = most == null && u.has(0)
        ? Prims.convert(Prims.reshape(u.t(0)), DType.INT64)
        : Prims.scalar(DType.INT64, most == null ? Long.MAX_VALUE : most);
    List<Tensor> first = new ArrayList<>();
    first.add(Prims.scalar(DType.INT64, 0L));
    first.add(condition);
    first.addAll(state);
    // a bound that is known lets the loop be differentiated
    Integer bound = most != null && most <= Integer.MAX_VALUE ? (Integer) most.intValue() : null;
    List<Tensor> last = Ops.whileLoop(
        s -> Prims.and(s.get(1), Prims.lt(s.get(0), end)),
        s -> {
          List<Operand> in = new ArrayList<>();
          in.add(Operand.of(s.get(0)));
          in.add(Operand.of(truth()));
          in.addAll(operands(s.subList(2, s.size())));
          List<Tensor> next = new ArrayList<>();
          next.add(Prims.add(s.get(0), Prims.scalar(DType.INT64, 1L)));
          List<Tensor> out = tensors(u.run().within(body, in));
          next.add(Prims.reshape(out.get(0)));
          next.addAll(out.subList(1, out.size()));
          return next;
        },
        first,
        bound);
    return operands(last.subList(2, last.size()));
  }

  /** As a scan of the most steps; steps after the end keep the state, and what they give is left out. */
  private static List<Operand> gathered(
      Use u, OnnxGraph body, List<Tensor> state, Tensor condition, @Nullable Long most) {
    if (most == null || most > Integer.MAX_VALUE) {
      throw new Unsupported(
          "a loop that stacks what its steps give, and whose most steps are not known when the"
              + " model is built");
    }
    int n = state.size();
    List<Tensor> first = new ArrayList<>();
    first.add(condition);
    first.addAll(state);
    Tensor numbers = Prims.iota(Shape.of(most), 0, DType.INT64);
    boolean[] always = {u.has(1) ? u.in(1).array() != null : true};
    Scanned<List<Tensor>, List<Tensor>> done = Ops.scan(
        (s, i) -> {
          List<Operand> in = new ArrayList<>();
          in.add(Operand.of(i));
          in.add(Operand.of(truth()));
          in.addAll(operands(s.subList(1, s.size())));
          List<Operand> out = u.run().within(body, in);
          NDArray goes = out.get(0).array();
          always[0] &= goes != null && goes.getBoolean(0);
          List<Tensor> next = new ArrayList<>();
          next.add(Prims.and(s.get(0), Prims.reshape(out.get(0).tensor())));
          for (int k = 0; k < n; k++) {
            next.add(Prims.select(s.get(0), out.get(k + 1).tensor(), s.get(k + 1)));
          }
          List<Tensor> given = new ArrayList<>();
          given.add(Prims.convert(s.get(0), DType.INT32));
          given.addAll(tensors(out.subList(n + 1, out.size())));
          return new Scanned<>(next, given);
        },
        first,
        numbers);
    List<Operand> all = operands(done.carry().subList(1, n + 1));
    Tensor steps = Prims.sumAll(done.output().get(0));
    for (Tensor t : done.output().subList(1, done.output().size())) {
      all.add(Operand.of(always[0] ? t : Prims.take(t, Prims.iota(steps, DType.INT32), 0)));
    }
    return all;
  }

  // ---- Scan: (state..., sequences...) to (last state..., what each step gave, stacked)

  private static List<Operand> scan(Use u) {
    if (u.opset() < 9) {
      throw new Unsupported("the scan over batches that opset 8 has");
    }
    OnnxGraph body = graph(u, "body");
    int sequences = (int) u.integer("num_scan_inputs", 1);
    int n = u.count() - sequences;
    List<Tensor> state = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      state.add(u.t(i));
    }
    List<Tensor> xs = new ArrayList<>();
    for (int k = 0; k < sequences; k++) {
      Tensor x = u.t(n + k);
      x = moved(x, (int) at(u, "scan_input_axes", k), 0);
      xs.add(at(u, "scan_input_directions", k) == 0 ? x : Prims.reverse(x, 0));
    }
    Scanned<List<Tensor>, List<Tensor>> done = Ops.scan(
        (s, x) -> {
          List<Operand> in = new ArrayList<>(operands(s));
          in.addAll(operands(x));
          List<Tensor> out = tensors(u.run().within(body, in));
          return new Scanned<>(out.subList(0, n), out.subList(n, out.size()));
        },
        state,
        xs);
    List<Operand> all = operands(done.carry());
    for (int k = 0; k < done.output().size(); k++) {
      Tensor y = done.output().get(k);
      y = at(u, "scan_output_directions", k) == 0 ? y : Prims.reverse(y, 0);
      int axis = (int) at(u, "scan_output_axes", k);
      all.add(Operand.of(moved(y, 0, axis < 0 ? axis + y.rank() : axis)));
    }
    return all;
  }

  private static long at(Use u, String key, int k) {
    long[] v = u.ints(key);
    return v == null ? 0 : v[k];
  }

  private static Tensor moved(Tensor x, int from, int to) {
    int source = from < 0 ? from + x.rank() : from;
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      order.add(i);
    }
    order.add(to, order.remove(source));
    return Prims.transpose(x, order.stream().mapToInt(i -> i).toArray());
  }
}
