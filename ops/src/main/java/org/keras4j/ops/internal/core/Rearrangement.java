package org.keras4j.ops.internal.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.engine.Prims;

/** A pattern of axes, as {@code "b (h p) c -> b h (p c)"}, and what it does with a tensor. */
final class Rearrangement {
  private static final Pattern GROUP = Pattern.compile("\\(([\\w\\s]*)\\)|(\\w+)|(\\S)");

  private final String pattern;
  private final List<List<String>> from;
  private final List<List<String>> to;

  Rearrangement(String pattern) {
    this.pattern = pattern;
    String[] sides = pattern.split("->", -1);
    if (sides.length != 2) {
      throw wrong("expected two sides with '->' between them");
    }
    this.from = groups(sides[0]);
    this.to = groups(sides[1]);
    List<String> in = from.stream().flatMap(List::stream).toList();
    List<String> out = to.stream().flatMap(List::stream).toList();
    if (Set.copyOf(in).size() != in.size() || Set.copyOf(out).size() != out.size()) {
      throw wrong("an axis stands twice on one side");
    }
    if (!new HashSet<>(in).equals(new HashSet<>(out))) {
      throw wrong("the sides have different axes");
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("pattern '" + pattern + "': " + what);
  }

  private List<List<String>> groups(String side) {
    List<List<String>> out = new ArrayList<>();
    Matcher m = GROUP.matcher(side);
    while (m.find()) {
      if (m.group(3) != null) {
        throw wrong("expected names and groups in parentheses, got '" + m.group(3) + "'");
      }
      String inner = m.group(2) != null ? m.group(2) : m.group(1).trim();
      out.add(inner.isEmpty() ? List.of() : List.of(inner.split("\\s+")));
    }
    return out;
  }

  // -1 if unknown; then the tensor says it
  private record Size(long known, Tensor counted) {}

  Tensor apply(Tensor x, Map<String, ?> lengths) {
    if (x.rank() != from.size()) {
      throw wrong("expected a tensor of rank " + from.size() + ", got shape " + x.shape());
    }
    Map<String, Size> sizes = new HashMap<>();
    lengths.forEach((axis, n) -> sizes.put(axis, given(axis, n)));
    Set<String> all = new HashSet<>();
    from.forEach(all::addAll);
    if (!all.containsAll(sizes.keySet())) {
      throw wrong("lengths " + lengths + " are given of axes that it lacks");
    }
    List<String> order = new ArrayList<>();
    for (int i = 0; i < from.size(); i++) {
      split(x, i, from.get(i), sizes);
      order.addAll(from.get(i));
    }
    Tensor parts = reshape(x, from.stream().flatMap(List::stream).map(List::of).toList(), sizes);
    List<String> wanted = to.stream().flatMap(List::stream).toList();
    int[] permutation = wanted.stream().mapToInt(order::indexOf).toArray();
    return reshape(Prims.transpose(parts, permutation), to, sizes);
  }

  private Size given(String axis, Object n) {
    int v = Axes.integer(n);
    if (v < 1) {
      throw wrong("axis " + axis + " must have a positive length, got " + n);
    }
    return new Size(v, Prims.scalar(DType.INT32, v));
  }

  private void split(Tensor x, int i, List<String> group, Map<String, Size> sizes) {
    long dim = x.shape().dim(i);
    long product = 1;
    String open = null;
    for (String axis : group) {
      Size s = sizes.get(axis);
      if (s != null) {
        product *= s.known();
      } else if (open != null) {
        throw wrong("of the axes " + group + " more than one has no length");
      } else {
        open = axis;
      }
    }
    if (dim >= 0 && (open == null ? dim != product : dim % product != 0)) {
      throw wrong("axis " + i + " of shape " + x.shape() + " cannot be " + group + " with "
          + product + " given");
    }
    if (open != null) {
      Tensor count = dim >= 0
          ? Prims.scalar(DType.INT32, dim / product)
          : Prims.binary(BinaryKind.DIV, Prims.dimSize(x, i), Prims.scalar(DType.INT32, product));
      sizes.put(open, new Size(dim < 0 ? -1 : dim / product, count));
    }
  }

  private static Tensor reshape(Tensor x, List<List<String>> groups, Map<String, Size> sizes) {
    long[] dims = new long[groups.size()];
    List<Tensor> unknown = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = 1;
      Tensor count = Prims.scalar(DType.INT32, 1);
      for (String axis : groups.get(i)) {
        Size s = Objects.requireNonNull(sizes.get(axis), axis);
        dims[i] = dims[i] < 0 || s.known() < 0 ? -1 : dims[i] * s.known();
        count = Prims.mul(count, s.counted());
      }
      if (dims[i] < 0) {
        unknown.add(count);
      }
    }
    return Prims.reshape(x, Shape.of(dims), unknown);
  }
}
