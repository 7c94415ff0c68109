package org.keras4j.ops.internal.control;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;

/** Prefixes of an associative fold by recursive halving: pairs first, then what stands between them. */
final class AssociativeScan {
  private final String name;
  private final BinaryOperator<@Nullable Object> f;
  private final @Nullable Object structure;
  private final int axis;

  private AssociativeScan(
      String name, BinaryOperator<@Nullable Object> f, @Nullable Object structure, int axis) {
    this.name = name;
    this.f = f;
    this.structure = structure;
    this.axis = axis;
  }

  static @Nullable Object scan(
      String name,
      BinaryOperator<@Nullable Object> f,
      @Nullable Object elems,
      boolean reverse,
      int axis) {
    List<Tensor> x = new ArrayList<>();
    long n = -1;
    for (Object leaf : Nest.flatten(elems)) {
      Tensor t = ArrayLike.tensor(leaf);
      long d = t.shape().dim(axis);
      if (d < 0) {
        throw new IllegalArgumentException(
            name + ": the size of axis " + axis + " must be known, got " + t.shape());
      }
      if (n >= 0 && n != d) {
        throw new IllegalArgumentException(
            name + ": expected tensors with one size of axis " + axis + ", got " + n + " and " + d);
      }
      n = d;
      x.add(reverse ? Prims.reverse(t, axis) : t);
    }
    AssociativeScan s = new AssociativeScan(name, f, elems, axis);
    List<Tensor> y = s.prefixes(x);
    if (reverse) {
      y.replaceAll(t -> Prims.reverse(t, axis));
    }
    return Nest.pack(elems, y);
  }

  private long size(List<Tensor> x) {
    return x.isEmpty() ? 0 : x.get(0).shape().dim(axis);
  }

  private List<Tensor> every(List<Tensor> x, long from, long to, long stride) {
    List<Tensor> out = new ArrayList<>();
    x.forEach(t -> out.add(Prims.slice(t, axis, from, to, stride)));
    return out;
  }

  private List<Tensor> combine(List<Tensor> a, List<Tensor> b) {
    Object r = f.apply(Nest.pack(structure, a), Nest.pack(structure, b));
    List<Tensor> out = new ArrayList<>();
    for (Object leaf : Nest.flatten(r)) {
      out.add(ArrayLike.tensor(leaf));
    }
    if (out.size() != a.size()) {
      throw new IllegalArgumentException(
          name + ": expected a function that gives " + a.size() + " tensors, got " + out.size());
    }
    return out;
  }

  private List<Tensor> prefixes(List<Tensor> x) {
    long n = size(x);
    if (n < 2) {
      return x;
    }
    // prefixes that end at odd places, from pairs
    List<Tensor> odd = prefixes(combine(every(x, 0, n - 1, 2), every(x, 1, n, 2)));
    // those that end at even places: one element more
    List<Tensor> even = every(x, 2, n, 2);
    if (n > 2) {
      even = combine(every(odd, 0, size(even), 1), even);
    }
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      Tensor first = Prims.slice(x.get(i), axis, 0, 1);
      Tensor evens = n > 2 ? Prims.concat(List.of(first, even.get(i)), axis) : first;
      out.add(interleaved(evens, odd.get(i)));
    }
    return out;
  }

  /** The elements of both in turn; {@code even} has as many, or one more. */
  private Tensor interleaved(Tensor even, Tensor odd) {
    int at = even.shape().axis(axis);
    long e = even.shape().dim(at);
    long o = odd.shape().dim(at);
    Tensor pairs = Prims.concat(
        List.of(
            Prims.expandDims(Prims.slice(even, at, 0, o), at + 1), Prims.expandDims(odd, at + 1)),
        at + 1);
    List<Object> sizes = new ArrayList<>();
    for (int i = 0; i < even.rank(); i++) {
      long d = even.shape().dim(i);
      sizes.add(i == at ? (Object) (2 * o) : d >= 0 ? (Object) d : Prims.dimSize(even, i));
    }
    Tensor turn = Sizes.reshape(pairs, sizes);
    return e > o ? Prims.concat(List.of(turn, Prims.slice(even, at, o, e)), at) : turn;
  }
}
