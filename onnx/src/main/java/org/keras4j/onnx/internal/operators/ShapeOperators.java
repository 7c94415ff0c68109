package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** What moves elements by their places, and what asks for shapes. */
final class ShapeOperators {
  private ShapeOperators() {}

  static void add() {
    Operators.put("Constant", u -> List.of(Operand.of(constant(u))));
    Operators.put("Shape", ShapeOperators::shape);
    Operators.put("Size", u -> {
      Object n = 1L;
      for (int i = 0; i < u.in(0).rank(); i++) {
        n = Sizes.times(n, Sizes.of(u.t(0), i));
      }
      return List.of(Operand.of(List.of(n), true));
    });
    Operators.put("Reshape", ShapeOperators::reshape);
    Operators.tensor("Flatten", u -> {
      Tensor x = u.t(0);
      int axis = u.axis("axis", 1, x.rank());
      return Sizes.reshape(x, List.of(product(x, 0, axis), product(x, axis, x.rank())));
    });
    Operators.put("Squeeze", ShapeOperators::squeeze);
    Operators.put("Unsqueeze", ShapeOperators::unsqueeze);
    Operators.tensor("Transpose", u -> {
      long[] p = u.ints("perm");
      int rank = u.in(0).rank();
      int[] order = new int[rank];
      for (int i = 0; i < rank; i++) {
        order[i] = p == null ? rank - 1 - i : (int) p[i];
      }
      return Prims.transpose(u.t(0), order);
    });
    Operators.put("Concat", ShapeOperators::concat);
    Operators.put("Split", ShapeOperators::split);
    Operators.put("Slice", ShapeOperators::slice);
    Operators.tensor("Expand", u -> Sizes.expand(u.t(0), u.in(1).sizes()));
    Operators.tensor("Tile", u -> {
      Tensor x = u.t(0);
      List<Object> repeats = u.in(1).sizes();
      List<Object> apart = new ArrayList<>();
      List<Object> wide = new ArrayList<>();
      List<Object> joined = new ArrayList<>();
      for (int i = 0; i < x.rank(); i++) {
        Object n = Sizes.of(x, i);
        apart.addAll(List.of(1L, n));
        wide.addAll(List.of(repeats.get(i), n));
        joined.add(Sizes.times(repeats.get(i), n));
      }
      return Sizes.reshape(Sizes.expand(Sizes.reshape(x, apart), wide), joined);
    });
    Operators.tensor("Pad", ShapeOperators::pad);
    Operators.tensor("ConstantOfShape", u -> {
      NDArray v = u.has("value")
          ? (NDArray) Objects.requireNonNull(u.value("value"))
          : NDArray.of(new float[] {0}, 1);
      Tensor one = Prims.reshape(Operand.of(v).tensor(), Shape.SCALAR);
      return Sizes.expand(one, u.in(0).sizes());
    });
    Operators.tensor("Range", ShapeOperators::range);
    Operators.tensor("Trilu", u -> {
      int k = u.has(1) ? (int) u.longs(1)[0] : 0;
      return u.integer("upper", 1) != 0 ? Ops.triu(u.t(0), k) : Ops.tril(u.t(0), k);
    });
    Operators.tensor("EyeLike", u -> {
      Tensor x = u.t(0);
      DType t = u.has("dtype") ? ElementOperators.type(u.integer("dtype", 1)) : x.dtype();
      Tensor row = Prims.iota(x.shape(), 0, DType.INT32);
      Tensor column = Prims.iota(x.shape(), 1, DType.INT32);
      Tensor k = Prims.scalar(DType.INT32, u.integer("k", 0));
      return Prims.convert(Prims.eq(Prims.binary(BinaryKind.ADD, row, k), column), t);
    });
    Operators.tensor("DepthToSpace", ShapeOperators::depthToSpace);
    Operators.tensor("SpaceToDepth", u -> {
      Tensor x = u.t(0);
      long b = u.integer("blocksize", 1);
      Object n = Sizes.of(x, 0);
      long c = x.shape().dim(1);
      long h = x.shape().intDim(2) / b;
      long w = x.shape().intDim(3) / b;
      Tensor y = Sizes.reshape(x, List.of(n, c, h, b, w, b));
      y = u.text("mode", "DCR").equals("DCR")
          ? Prims.transpose(y, 0, 3, 5, 1, 2, 4)
          : Prims.transpose(y, 0, 1, 3, 5, 2, 4);
      return Sizes.reshape(y, List.of(n, c * b * b, h, w));
    });
  }

  private static NDArray constant(Use u) {
    Object v = u.node().attributes().values().iterator().next().value();
    if (v instanceof NDArray a) {
      return a;
    } else if (v instanceof Float f) {
      return NDArray.scalar(DType.FLOAT32, (double) f);
    } else if (v instanceof Long n) {
      return NDArray.scalar(DType.INT64, n);
    } else if (v instanceof float[] f) {
      return NDArray.of(f, f.length);
    } else if (v instanceof long[] n) {
      return NDArray.of(n, n.length);
    }
    throw new Unsupported("constants of texts are not read");
  }

  private static List<Operand> shape(Use u) {
    int rank = u.in(0).rank();
    long from = u.integer("start", 0);
    long to = u.integer("end", rank);
    from = Math.max(0, Math.min(rank, from < 0 ? from + rank : from));
    to = Math.max(from, Math.min(rank, to < 0 ? to + rank : to));
    List<Object> out = new ArrayList<>();
    for (int i = (int) from; i < to; i++) {
      long n = u.in(0).shape().dim(i);
      out.add(n >= 0 ? (Object) n : Sizes.of(u.t(0), i));
    }
    return List.of(Operand.of(out, false));
  }

  static Object product(Tensor x, int from, int to) {
    Object n = 1L;
    for (int i = from; i < to; i++) {
      n = Sizes.times(n, Sizes.of(x, i));
    }
    return n;
  }

  private static List<Operand> reshape(Use u) {
    if (u.in(0).isSizes() && u.in(1).array() != null) {
      List<Object> all = u.in(0).sizes();
      if (u.in(1).shape().size() == 1) {
        return List.of(Operand.of(all, false));
      }
      if (u.in(1).shape().size() == 0 && all.size() == 1) {
        return List.of(Operand.of(all, true));
      }
    }
    Tensor x = u.t(0);
    List<Object> asked = new ArrayList<>(u.in(1).sizes());
    boolean zeros = u.integer("allowzero", 0) != 0;
    int open = -1;
    Object others = 1L;
    for (int i = 0; i < asked.size(); i++) {
      if (asked.get(i).equals(0L) && !zeros) {
        asked.set(i, Sizes.of(x, i));
      }
      if (asked.get(i).equals(-1L)) {
        open = i;
      } else {
        others = Sizes.times(others, asked.get(i));
      }
    }
    if (open >= 0) {
      Object all = product(x, 0, x.rank());
      if (all instanceof Long n && others instanceof Long m) {
        asked.set(open, m == 0 ? 0L : n / m);
      } else {
        asked.set(open, Prims.div(Sizes.scalar(all), Sizes.scalar(others)));
      }
      long known = asked.stream().filter(Tensor.class::isInstance).count();
      if (known == 1) { // it follows
        long[] d = asked.stream().mapToLong(s -> s instanceof Long n ? n : -1).toArray();
        return List.of(Operand.of(Prims.reshape(x, Shape.of(d))));
      }
    }
    return List.of(Operand.of(Sizes.reshape(x, asked)));
  }

  private static List<Operand> squeeze(Use u) {
    int rank = u.in(0).rank();
    int[] axes = u.axes(1, rank);
    if (u.in(0).isSizes() && rank == 1 && u.in(0).sizes().size() == 1) {
      return List.of(Operand.of(u.in(0).sizes(), true));
    }
    Tensor x = u.t(0);
    List<Object> sizes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int axis = i;
      boolean gone =
          axes == null ? x.shape().dim(i) == 1 : Arrays.stream(axes).anyMatch(a -> a == axis);
      if (!gone) {
        sizes.add(Sizes.of(x, i));
      }
    }
    return List.of(Operand.of(Sizes.reshape(x, sizes)));
  }

  private static List<Operand> unsqueeze(Use u) {
    long[] given = u.has(1) ? u.longs(1) : u.neededInts("axes");
    int rank = u.in(0).rank() + given.length;
    if (u.in(0).isSizes() && u.in(0).rank() == 0 && given.length == 1) {
      return List.of(Operand.of(u.in(0).sizes(), false));
    }
    Tensor x = u.t(0);
    boolean[] added = new boolean[rank];
    for (long a : given) {
      added[(int) (a < 0 ? a + rank : a)] = true;
    }
    List<Object> sizes = new ArrayList<>();
    for (int i = 0, k = 0; i < rank; i++) {
      sizes.add(added[i] ? (Object) 1L : Sizes.of(x, k++));
    }
    return List.of(Operand.of(Sizes.reshape(x, sizes)));
  }

  private static List<Operand> concat(Use u) {
    boolean sizes = true;
    for (int i = 0; i < u.count(); i++) {
      sizes &= u.in(i).isSizes() && u.in(i).rank() == 1 && u.in(i).dtype() == DType.INT64;
    }
    if (sizes) {
      List<Object> all = new ArrayList<>();
      for (int i = 0; i < u.count(); i++) {
        all.addAll(u.in(i).sizes());
      }
      return List.of(Operand.of(all, false));
    }
    return List.of(
        Operand.of(Prims.concat(u.tensors(), u.axis("axis", 0, u.in(0).rank()))));
  }

  private static List<Operand> split(Use u) {
    Tensor x = u.t(0);
    int axis = u.axis("axis", 0, x.rank());
    long n = x.shape().intDim(axis);
    long[] parts = u.has(1) ? u.longs(1) : u.ints("split");
    if (parts == null) {
      int count = (int) u.integer("num_outputs", u.outputs());
      long each = (n + count - 1) / count;
      parts = new long[count];
      Arrays.fill(parts, each);
      parts[count - 1] = n - each * (count - 1);
    }
    List<Operand> out = new ArrayList<>();
    long at = 0;
    for (long p : parts) {
      out.add(Operand.of(Prims.slice(x, axis, at, at + p)));
      at += p;
    }
    return out;
  }

  private static List<Operand> slice(Use u) {
    long[] starts = u.has(1) ? u.longs(1) : u.neededInts("starts");
    int rank = u.in(0).rank();
    int[] axes = u.count() > 1 ? u.has(3) ? u.axes(3, rank) : null : u.axes(9, rank);
    long[] steps = u.has(4) ? u.longs(4) : null;
    if (u.has(2) && u.in(2).array() == null && starts.length == 1 && starts[0] >= 0) {
      return List.of(Operand.of(prefix(u, starts[0], axes == null ? 0 : axes[0])));
    }
    long[] ends = u.has(2) ? u.longs(2) : u.neededInts("ends");
    if (u.in(0).isSizes() && rank == 1 && starts.length == 1) {
      List<Object> all = u.in(0).sizes();
      long n = all.size();
      long step = steps == null ? 1 : steps[0];
      if (step == 1) {
        int from = (int) Math.max(0, Math.min(n, starts[0] < 0 ? starts[0] + n : starts[0]));
        int to = (int) Math.max(from, Math.min(n, ends[0] < 0 ? ends[0] + n : ends[0]));
        return List.of(Operand.of(all.subList(from, to), false));
      }
    }
    Tensor y = u.t(0);
    for (int i = 0; i < starts.length; i++) {
      int axis = axes == null ? i : axes[i];
      y = slice(y, axis, starts[i], ends[i], steps == null ? 1 : steps[i]);
    }
    return List.of(Operand.of(y));
  }

  // the first so many of an axis, as masks and positions of some length are cut
  private static Tensor prefix(Use u, long from, int axis) {
    Tensor x = u.t(0);
    Tensor end = Prims.min(Sizes.scalar(u.in(2).sizes().get(0)), Sizes.scalar(Sizes.of(x, axis)));
    Tensor count = Prims.sub(end, Prims.scalar(DType.INT32, from));
    Tensor at = Prims.add(Prims.iota(count, DType.INT32), Prims.scalar(DType.INT32, from));
    return Prims.take(x, at, axis);
  }

  private static Tensor slice(Tensor x, int axis, long start, long end, long step) {
    long n = x.shape().dim(axis);
    if (step < 0) {
      Tensor r = Prims.reverse(x, axis);
      if (n < 0) {
        throw new Unsupported("steps back along an axis of unknown size");
      }
      long from = Math.max(-1, Math.min(n - 1, start < 0 ? start + n : start));
      long to = Math.max(-1, Math.min(n - 1, end < 0 ? Math.max(-1, end + n) : end));
      return Prims.slice(r, axis, n - 1 - from, Math.max(n - 1 - from, n - 1 - to), -step);
    }
    if (n < 0) {
      if (start < 0 || end < 0) {
        long[] low = new long[x.rank()];
        long[] high = new long[x.rank()];
        if (start >= 0 && step == 1) { // without so many at the end
          low[axis] = -start;
          high[axis] = end;
          return Prims.pad(x, 0, low, high);
        }
        throw new Unsupported("places from the end of an axis of unknown size");
      }
      return Prims.slice(x, axis, start, end, step);
    }
    long from = Math.max(0, Math.min(n, start < 0 ? start + n : start));
    long to = Math.max(from, Math.min(n, end < 0 ? end + n : end));
    return Prims.slice(x, axis, from, to, step);
  }

  private static Tensor pad(Use u) {
    Tensor x = u.t(0);
    int rank = x.rank();
    long[] pads = u.has(1) ? u.longs(1) : u.neededInts("pads");
    int[] axes = u.has(3) ? u.axes(3, rank) : null;
    long[] low = new long[rank];
    long[] high = new long[rank];
    int n = pads.length / 2;
    for (int i = 0; i < n; i++) {
      low[axes == null ? i : axes[i]] = pads[i];
      high[axes == null ? i : axes[i]] = pads[n + i];
    }
    String mode = u.text("mode", "constant");
    if (mode.equals("constant")) {
      NDArray v = u.has(2) ? u.in(2).array() : null;
      if (u.has(2) && v == null) {
        throw new Unsupported("a value to pad with has to be known when the model is built");
      }
      double value = v != null && v.size() > 0 ? v.getDouble(0) : u.real("value", 0);
      return Prims.pad(x, value, low, high);
    }
    Tensor y = x;
    for (int i = 0; i < rank; i++) {
      if (low[i] != 0 || high[i] != 0) {
        y = Prims.take(
            y, Operand.of(places(y.shape().intDim(i), low[i], high[i], mode)).tensor(), i);
      }
    }
    return y;
  }

  private static NDArray places(int n, long low, long high, String mode) {
    int[] at = new int[(int) (low + n + high)];
    for (int i = 0; i < at.length; i++) {
      long p = i - low;
      switch (mode) {
        case "edge" -> p = Math.max(0, Math.min(n - 1, p));
        case "wrap" -> p = Math.floorMod(p, n);
        default -> {
          long period = Math.max(1, 2L * (n - 1));
          long q = Math.floorMod(p, period);
          p = n == 1 ? 0 : q < n ? q : period - q;
        }
      }
      at[i] = (int) p;
    }
    return NDArray.of(at, at.length);
  }

  private static Tensor range(Use u) {
    NDArray start = u.in(0).array();
    NDArray step = u.in(2).array();
    DType t = u.in(0).dtype();
    NDArray end = u.in(1).array();
    if (start != null && end != null && step != null) {
      double d = step.getDouble(0);
      int n = (int) Math.max(0, Math.ceil((end.getDouble(0) - start.getDouble(0)) / d));
      NDArray a = NDArray.zeros(t, Shape.of(n));
      for (int i = 0; i < n; i++) {
        if (t.isFloat()) {
          a.setDouble(i, start.getDouble(0) + i * d);
        } else {
          a.setLong(i, start.getLong(0) + i * step.getLong(0));
        }
      }
      return Operand.of(a).tensor();
    }
    if (start == null || step == null || step.getLong(0) != 1) {
      throw new Unsupported("a range whose start and step are not known when the model is built");
    }
    Tensor first = Prims.scalar(DType.INT32, start.getLong(0));
    Tensor n = Prims.sub(Sizes.scalar(u.in(1).sizes().get(0)), first);
    return Prims.convert(Prims.add(Prims.iota(n, DType.INT32), first), t);
  }

  private static Tensor depthToSpace(Use u) {
    Tensor x = u.t(0);
    long b = u.integer("blocksize", 1);
    Object n = Sizes.of(x, 0);
    long c = x.shape().intDim(1) / (b * b);
    long h = x.shape().intDim(2);
    long w = x.shape().intDim(3);
    boolean depthFirst = u.text("mode", "DCR").equals("DCR");
    Tensor y = depthFirst
        ? Prims.transpose(Sizes.reshape(x, List.of(n, b, b, c, h, w)), 0, 3, 4, 1, 5, 2)
        : Prims.transpose(Sizes.reshape(x, List.of(n, c, b, b, h, w)), 0, 1, 4, 2, 5, 3);
    return Sizes.reshape(y, List.of(n, c, h * b, w * b));
  }
}
