package org.keras4j.ops.internal.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Case;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.engine.Traced;

/** Branches: where the index is known now the branch just runs, else all are traced. */
final class Choices {
  private Choices() {}

  static @Nullable Object cond(Op.Args a, Supplier<?> trueFn, Supplier<?> falseFn) {
    if (a.get(0) instanceof Boolean b) {
      return b ? trueFn.get() : falseFn.get();
    }
    Tensor pred = scalar(a, a.tensor(0, DType.BOOL));
    return run(
        a.name(),
        Prims.convert(pred, DType.INT32),
        List.of(x -> falseFn.get(), x -> trueFn.get()),
        List.of());
  }

  static @Nullable Object choose(
      Op.Args a, List<? extends Function<? super List<Object>, ?>> branches) {
    if (branches.isEmpty()) {
      throw new IllegalArgumentException(a.name() + ": expected at least one branch");
    }
    for (Object branch : branches) {
      if (!(branch instanceof Function)) {
        throw new IllegalArgumentException(
            a.name() + ": expected branches that are functions, got " + branch);
      }
    }
    List<?> operands = (List<?>) a.given(2);
    if (a.get(0) instanceof Integer i) {
      return branches
          .get(Math.max(0, Math.min(i, branches.size() - 1)))
          .apply(new ArrayList<>(operands));
    }
    Tensor index = a.tensor(0);
    if (!index.dtype().isInteger()) {
      throw new IllegalArgumentException(
          a.name() + ": expected an integer index, got " + index.spec());
    }
    return run(a.name(), Prims.convert(scalar(a, index), DType.INT32), branches, operands);
  }

  private static Tensor scalar(Op.Args a, Tensor t) {
    if (t.rank() == 0) {
      return t;
    }
    if (t.shape().size() == 1) {
      return Prims.reshape(t);
    }
    throw new IllegalArgumentException(a.name() + ": expected a scalar, got " + t.spec());
  }

  private static @Nullable Object run(
      String name,
      Tensor index,
      List<? extends Function<? super List<Object>, ?>> branches,
      List<?> operands) {
    if (Trace.current() == null && index instanceof EagerTensor) {
      long i = Math.max(0, Math.min(index.toNDArray().getLong(0), branches.size() - 1));
      return branches.get((int) i).apply(new ArrayList<>(operands));
    }
    List<Tensor> leaves = new ArrayList<>();
    for (Object leaf : Nest.flatten(operands)) {
      leaves.add(ArrayLike.tensor(leaf));
    }
    List<TensorSpec> specs = new ArrayList<>();
    leaves.forEach(t -> specs.add(t.spec()));
    List<Traced.Source> sources = new ArrayList<>();
    for (Function<? super List<Object>, ?> f : branches) {
      sources.add(new Traced.Source(specs, in -> f.apply(packed(operands, in))));
    }
    Traced.Joined joined = Traced.join(sources);
    Traced first = joined.parts().get(0);
    for (Traced t : joined.parts()) {
      if (!Nest.sameStructure(first.structure(), t.structure())
          || !first.resultSpecs().equals(t.resultSpecs())) {
        throw new IllegalArgumentException(
            name + ": expected branches that give the same structure, shapes and dtypes, got "
                + first.resultSpecs() + " and " + t.resultSpecs());
      }
    }
    List<Tensor> in = new ArrayList<>(List.of(index));
    in.addAll(leaves);
    in.addAll(joined.stateValues());
    in.addAll(joined.captures());
    List<Tensor> out = Engine.bind(new Case(joined.graphs()), in);
    joined.assign(out.subList(first.results(), out.size()));
    return first.pack(out);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> packed(List<?> operands, List<Tensor> leaves) {
    return (List<Object>) Objects.requireNonNull(Nest.pack(operands, leaves));
  }
}
