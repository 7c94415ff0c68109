package org.keras4j.ops.internal.linalg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.ArrayLike;

/** Directional derivatives of functions of nested structures. */
public final class Directional {
  private Directional() {}

  /** Value, derivative, auxiliary result. */
  public static List<@Nullable Object> of(
      String name, Function<List<Object>, ?> f, List<?> primals, List<?> tangents, boolean hasAux) {
    List<Tensor> in = new ArrayList<>();
    for (Object leaf : Nest.flatten(primals)) {
      in.add(ArrayLike.tensor(leaf));
    }
    List<Object> moves = Nest.flatten(tangents);
    if (moves.size() != in.size()) {
      throw new IllegalArgumentException(
          name + ": expected a tangent for each of " + in.size() + " primals, got " + moves.size());
    }
    List<@Nullable Tensor> directions = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      Tensor t = ArrayLike.tensor(moves.get(i));
      if (!t.spec().equals(in.get(i).spec())) {
        throw new IllegalArgumentException(
            name + ": expected a tangent " + in.get(i).spec() + ", got " + t.spec());
      }
      directions.add(t.dtype().isDifferentiable() ? t : null);
    }
    List<@Nullable Object> form =
        new ArrayList<>(); // the result, then aux, as the function gave them
    Grad.Directional d = Grad.jvp(
        x -> {
          Object r = f.apply(packed(primals, x));
          Object aux = null;
          if (hasAux) {
            if (!(r instanceof List<?> l) || l.size() != 2) {
              throw new IllegalArgumentException(
                  name + ": expected a function that gives its result and an auxiliary one");
            }
            aux = l.get(1);
            r = l.get(0);
          }
          form.clear();
          form.add(r);
          form.add(aux);
          return leaves(form);
        },
        in,
        directions);
    List<Object> value = (List<Object>) place(form, d.outputs());
    List<Object> moved = (List<Object>) place(form, d.tangents());
    return Arrays.asList(value.get(0), moved.get(0), value.get(1));
  }

  @SuppressWarnings("unchecked")
  private static List<Object> packed(List<?> primals, List<Tensor> leaves) {
    return (List<Object>) java.util.Objects.requireNonNull(Nest.pack(primals, leaves));
  }

  private static List<Tensor> leaves(List<@Nullable Object> form) {
    List<Tensor> out = new ArrayList<>();
    for (Object leaf : Nest.flatten(form)) {
      if (leaf != null) {
        out.add(ArrayLike.tensor(leaf));
      }
    }
    return out;
  }

  @SuppressWarnings("unchecked")
  private static List<@Nullable Object> place(List<@Nullable Object> form, List<Tensor> leaves) {
    int[] k = {0};
    return (List<@Nullable Object>) java.util.Objects.requireNonNull(
        Nest.map(form, x -> x == null ? null : leaves.get(k[0]++)));
  }
}
