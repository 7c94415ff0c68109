package org.keras4j.ops.internal.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Traced;
import org.keras4j.ops.types.Scanned;

/** Loops over nested structures as primitives over their leaves. */
final class Loops {
  private Loops() {}

  /** The tensors of a structure. */
  private static List<Tensor> leaves(String name, @Nullable Object structure) {
    List<Tensor> out = new ArrayList<>();
    for (Object leaf : Nest.flatten(structure)) {
      if (leaf == null) {
        throw new IllegalArgumentException(name + ": a tensor of a loop's state is null");
      }
      out.add(ArrayLike.tensor(leaf));
    }
    return out;
  }

  private static List<TensorSpec> specs(List<Tensor> tensors) {
    List<TensorSpec> out = new ArrayList<>();
    tensors.forEach(t -> out.add(t.spec()));
    return out;
  }

  /** The body's next state as leaves that have the specs of the state. */
  private static List<Object> next(
      String name, @Nullable Object state, @Nullable Object result, List<TensorSpec> want) {
    List<Object> out = new ArrayList<>();
    List<Object> got = new ArrayList<>(Nest.flatten(result));
    if (!Nest.sameStructure(state, result)) {
      throw new IllegalArgumentException(
          name + ": expected a next state of the structure of the state, got " + got.size()
              + " tensors for " + want.size());
    }
    for (int i = 0; i < want.size(); i++) {
      Object x = got.get(i);
      TensorSpec w = want.get(i);
      // a Java number takes the dtype of what it follows
      Tensor t = x instanceof Number || x instanceof Boolean
          ? ArrayLike.tensor(x, w.dtype())
          : ArrayLike.tensor(x);
      if (t.dtype() != w.dtype() || !t.shape().isCompatible(w.shape())) {
        throw new IllegalArgumentException(
            name + ": a loop's state keeps shape and dtype, got " + t.spec() + " after " + w);
      }
      out.add(t);
    }
    return out;
  }

  private static List<Integer> range(int from, int to) {
    List<Integer> out = new ArrayList<>();
    for (int i = from; i < to; i++) {
      out.add(i);
    }
    return out;
  }

  static @Nullable Object whileLoop(
      String name,
      UnaryOperator<@Nullable Object> cond,
      UnaryOperator<@Nullable Object> body,
      @Nullable Object loopVars,
      @Nullable Integer maximum) {
    List<Tensor> state = leaves(name, loopVars);
    List<TensorSpec> specs = specs(state);
    int n = state.size();
    if (maximum != null) {
      state.add(Prims.scalar(DType.INT32, 0L));
    }
    List<TensorSpec> in = specs(state);
    Traced.Joined joined = Traced.join(List.of(
        new Traced.Source(in, x -> {
          Tensor go = bool(name, cond.apply(Nest.pack(loopVars, x.subList(0, n))));
          return maximum == null
              ? go
              : Prims.and(go, Prims.lt(x.get(n), Prims.scalar(DType.INT32, (long) maximum)));
        }),
        new Traced.Source(in, x -> {
          List<Object> next =
              next(name, loopVars, body.apply(Nest.pack(loopVars, x.subList(0, n))), specs);
          if (maximum != null) {
            next.add(Prims.add(x.get(n), 1));
          }
          return next;
        })));
    int carries = in.size() + joined.state().size();
    List<Tensor> args = new ArrayList<>(state);
    args.addAll(joined.stateValues());
    args.addAll(joined.captures());
    Graph test = Traced.arranged(joined.graphs().get(0), range(0, args.size()), List.of(0));
    long most = maximum == null ? -1 : Math.max(0, maximum);
    List<Tensor> out = Engine.bind(new While(test, joined.graphs().get(1), carries, most), args);
    joined.assign(out.subList(in.size(), carries));
    return Nest.pack(loopVars, out.subList(0, n));
  }

  private static Tensor bool(String name, @Nullable Object x) {
    Tensor t = ArrayLike.tensor(x, DType.BOOL);
    if (t.shape().size() != 1) {
      throw new IllegalArgumentException(
          name + ": expected a condition that gives a scalar, got " + t.spec());
    }
    return Prims.reshape(t);
  }

  static @Nullable Object fori(
      Op.Args a, BiFunction<Tensor, @Nullable Object, @Nullable Object> body) {
    Object lower = a.get(0);
    Object upper = a.get(1);
    DType type = DType.INT32;
    if (lower instanceof Tensor t && t.dtype().isInteger()) {
      type = t.dtype();
    } else if (upper instanceof Tensor t && t.dtype().isInteger()) {
      type = t.dtype();
    }
    if (lower instanceof Number from && upper instanceof Number to) {
      long first = Axes.longInteger(from);
      long n = Math.max(0, Axes.longInteger(to) - first);
      Tensor numbers =
          Prims.add(Prims.iota(Shape.of(n), 0, DType.INT32), Prims.scalar(DType.INT32, first));
      List<?> pair = scan(
          a.name(),
          (state, i) -> new Scanned<>(body.apply((Tensor) i, state), List.of()),
          a.get(3),
          numbers,
          null,
          false);
      return pair.get(0);
    }
    Tensor end = integer(a, 1, type);
    List<@Nullable Object> vars = Arrays.asList(integer(a, 0, type), a.get(3));
    Object last = whileLoop(
        a.name(),
        x -> Prims.lt((Tensor) ((List<?>) x).get(0), end),
        x -> {
          Tensor i = (Tensor) ((List<?>) x).get(0);
          return Arrays.asList(
              Prims.add(i, Prims.scalar(i.dtype(), 1L)), body.apply(i, ((List<?>) x).get(1)));
        },
        vars,
        null);
    return ((List<?>) Objects.requireNonNull(last)).get(1);
  }

  private static Tensor integer(Op.Args a, int i, DType type) {
    Tensor t = a.tensor(i);
    if (!t.dtype().isInteger() || t.rank() != 0) {
      throw new IllegalArgumentException(
          a.name() + ": expected an integer scalar for a bound, got " + t.spec());
    }
    return Prims.convert(t, type);
  }

  /** The last carry and the stacked outputs. */
  static List<@Nullable Object> scan(
      String name,
      BiFunction<@Nullable Object, @Nullable Object, Scanned<?, ?>> f,
      @Nullable Object init,
      @Nullable Object xs,
      @Nullable Integer length,
      boolean reverse) {
    List<Tensor> carry = leaves(name, init);
    List<Tensor> sequences = xs == null ? new ArrayList<>() : leaves(name, xs);
    long n = steps(name, sequences, length);
    List<TensorSpec> carrySpecs = specs(carry);
    List<TensorSpec> in = new ArrayList<>(carrySpecs);
    for (Tensor x : sequences) {
      in.add(x.spec().withShape(x.shape().slice(1)));
    }
    int c = carry.size();
    int q = sequences.size();
    Traced.Joined joined = Traced.join(List.of(new Traced.Source(in, args -> {
      Scanned<?, ?> step = f.apply(
          Nest.pack(init, args.subList(0, c)),
          xs == null ? null : Nest.pack(xs, args.subList(c, c + q)));
      return Arrays.asList(next(name, init, step.carry(), carrySpecs), step.output());
    })));
    Traced body = joined.parts().get(0);
    int s = joined.state().size();
    List<Tensor> args = new ArrayList<>(carry);
    args.addAll(joined.stateValues());
    args.addAll(sequences);
    args.addAll(joined.captures());
    // the state travels with the carries
    List<Integer> inOrder = range(0, c);
    inOrder.addAll(range(c + q, c + q + s));
    inOrder.addAll(range(c, c + q));
    inOrder.addAll(range(c + q + s, args.size()));
    int results = body.results();
    List<Integer> outOrder = range(0, c);
    outOrder.addAll(range(results, results + s));
    outOrder.addAll(range(c, results));
    Graph step = Traced.arranged(joined.graphs().get(0), inOrder, outOrder);
    List<Tensor> out = Engine.bind(new Scan(step, c + s, q, n, reverse), args);
    joined.assign(out.subList(c, c + s));
    List<Tensor> leaves = new ArrayList<>(out.subList(0, c));
    leaves.addAll(out.subList(c + s, out.size()));
    List<?> result = (List<?>) Objects.requireNonNull(body.pack(leaves));
    return Arrays.asList(Nest.pack(init, out.subList(0, c)), result.get(1));
  }

  private static long steps(String name, List<Tensor> sequences, @Nullable Integer length) {
    long n = length == null ? -1 : length;
    if (sequences.isEmpty() && length == null) {
      throw new IllegalArgumentException(name + ": without xs the length must be given");
    }
    for (Tensor x : sequences) {
      if (x.rank() == 0) {
        throw new IllegalArgumentException(
            name + ": expected xs with a first axis to step over, got " + x.spec());
      }
      long d = x.shape().dim(0);
      if (n >= 0 && d >= 0 && n != d) {
        throw new IllegalArgumentException(
            name + ": expected a first axis of size " + n + ", got " + x.spec());
      }
      n = n < 0 ? d : n;
    }
    return n;
  }

  static @Nullable Object map(String name, UnaryOperator<@Nullable Object> f, @Nullable Object xs) {
    return scan(name, (c, x) -> new Scanned<>(List.of(), f.apply(x)), List.of(), xs, null, false)
        .get(1);
  }
}
