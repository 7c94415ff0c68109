package org.keras4j.onnx.internal.operators;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Normalization and softmax, and resizing. */
final class NormalizationOperators {
  private NormalizationOperators() {}

  static void add() {
    Operators.tensor("Softmax", u -> along(u, false));
    Operators.tensor("LogSoftmax", u -> along(u, true));
    Operators.tensor("Hardmax", u -> {
      Tensor x = u.t(0);
      int axis = u.axis("axis", -1, x.rank());
      Tensor best = Prims.expandDims(Prims.argReduce(true, x, axis), axis);
      return Prims.convert(Prims.eq(best, Sizes.places(x, axis, DType.INT32)), x.dtype());
    });
    Operators.put("BatchNormalization", NormalizationOperators::batch);
    Operators.tensor("InstanceNormalization", u -> {
      Tensor x = u.t(0);
      Tensor y = standardized(x, u.real("epsilon", 1e-5), true, from(2, x.rank()));
      return Prims.add(Prims.mul(y, channels(u.t(1), x)), channels(u.t(2), x));
    });
    Operators.put("LayerNormalization", NormalizationOperators::layer);
    Operators.tensor("RMSNormalization", u -> {
      Tensor x = u.t(0);
      int axis = u.axis("axis", -1, x.rank());
      Tensor wide = wide(x);
      Tensor y = Prims.convert(
          standardized(wide, u.real("epsilon", 1e-5), false, from(axis, x.rank())), x.dtype());
      return Prims.mul(y, u.t(1));
    });
    Operators.tensor("GroupNormalization", NormalizationOperators::group);
    Operators.tensor("LpNormalization", u -> {
      Tensor x = u.t(0);
      int axis = u.axis("axis", -1, x.rank());
      boolean one = u.integer("p", 2) == 1;
      Tensor sum = Prims.sumKeep(one ? Prims.abs(x) : Prims.square(x), axis);
      Tensor norm = one ? sum : Prims.sqrt(sum);
      Tensor zero = Prims.scalarLike(x, 0);
      Tensor none = Prims.eq(norm, zero);
      return Prims.select(none, zero, Prims.div(x, Prims.select(none, Prims.onesLike(norm), norm)));
    });
    Operators.tensor("MeanVarianceNormalization", u -> {
      long[] axes = u.ints("axes");
      int[] a = axes == null
          ? new int[] {0, 2, 3}
          : Arrays.stream(axes).mapToInt(i -> (int) i).toArray();
      return standardized(u.t(0), 1e-9, true, a);
    });
    Operators.tensor("LRN", NormalizationOperators::local);
    Operators.tensor("Resize", Resizing::apply);
    Operators.tensor("Upsample", Resizing::apply);
  }

  private static int[] from(int first, int rank) {
    int[] axes = new int[rank - first];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = first + i;
    }
    return axes;
  }

  private static Tensor wide(Tensor x) {
    return x.dtype().size() < 4 ? Prims.convert(x, DType.FLOAT32) : x;
  }

  // opsets before 13 fold all axes from one on
  private static Tensor along(Use u, boolean log) {
    Tensor x = u.t(0);
    if (u.opset() < 13) {
      int axis = u.axis("axis", 1, x.rank());
      Tensor rows = Sizes.reshape(
          x,
          List.of(ShapeOperators.product(x, 0, axis), ShapeOperators.product(x, axis, x.rank())));
      Tensor y = log ? Ops.logSoftmax(rows, 1) : Ops.softmax(rows, 1);
      List<Object> sizes = new ArrayList<>();
      for (int i = 0; i < x.rank(); i++) {
        sizes.add(Sizes.of(x, i));
      }
      return Sizes.reshape(y, sizes);
    }
    int axis = u.axis("axis", -1, x.rank());
    return log ? Ops.logSoftmax(x, axis) : Ops.softmax(x, axis);
  }

  private static Tensor standardized(Tensor x, double epsilon, boolean center, int... axes) {
    Tensor d = center ? Prims.sub(x, FoldOperators.mean(x, axes)) : x;
    Tensor variance = FoldOperators.mean(Prims.square(d), axes);
    return Prims.mul(d, Prims.rsqrt(Prims.add(variance, epsilon)));
  }

  /** A vector of one number a channel, to be broadcast along the second axis. */
  private static Tensor channels(Tensor v, Tensor x) {
    long[] d = new long[x.rank() - 1];
    Arrays.fill(d, 1);
    d[0] = v.shape().dim(0);
    return Prims.reshape(v, d);
  }

  private static List<Operand> batch(Use u) {
    Tensor x = u.t(0);
    Tensor mean = u.t(3);
    Tensor variance = u.t(4);
    if (u.integer("training_mode", 0) == 0) {
      return List.of(Operand.of(normalized(u, x, mean, variance)));
    }
    int[] axes = new int[x.rank() - 1]; // all but the channels
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i == 0 ? 0 : i + 1;
    }
    Tensor now = FoldOperators.mean(x, axes);
    Tensor spread = FoldOperators.mean(Prims.square(Prims.sub(x, now)), axes);
    now = Prims.convert(Prims.reshape(now, mean.shape()), mean.dtype());
    spread = Prims.convert(Prims.reshape(spread, variance.shape()), variance.dtype());
    double kept = u.real("momentum", 0.9);
    return List.of(
        Operand.of(normalized(u, x, now, spread)),
        Operand.of(Prims.add(Prims.mul(mean, kept), Prims.mul(now, 1 - kept))),
        Operand.of(Prims.add(Prims.mul(variance, kept), Prims.mul(spread, 1 - kept))));
  }

  private static Tensor normalized(Use u, Tensor x, Tensor mean, Tensor variance) {
    Tensor inverse = Prims.rsqrt(Prims.add(variance, u.real("epsilon", 1e-5)));
    Tensor scale = Prims.mul(inverse, Prims.convert(u.t(1), inverse.dtype()));
    Tensor y = Prims.sub(Prims.convert(x, inverse.dtype()), channels(mean, x));
    y = Prims.mul(y, channels(scale, x));
    y = Prims.add(y, channels(Prims.convert(u.t(2), y.dtype()), x));
    return Prims.convert(y, x.dtype());
  }

  private static List<Operand> layer(Use u) {
    Tensor x = u.t(0);
    int[] axes = from(u.axis("axis", -1, x.rank()), x.rank());
    Tensor wide = wide(x);
    Tensor mean = FoldOperators.mean(wide, axes);
    Tensor d = Prims.sub(wide, mean);
    Tensor variance = FoldOperators.mean(Prims.square(d), axes);
    Tensor inverse = Prims.rsqrt(Prims.add(variance, u.real("epsilon", 1e-5)));
    Tensor y = Prims.mul(Prims.convert(Prims.mul(d, inverse), x.dtype()), u.t(1));
    y = u.has(2) ? Prims.add(y, u.t(2)) : y;
    return List.of(Operand.of(y), Operand.of(mean), Operand.of(inverse));
  }

  private static Tensor group(Use u) {
    Tensor x = u.t(0);
    long groups = u.integer("num_groups", 1);
    List<Object> sizes = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      sizes.add(Sizes.of(x, i));
    }
    long each = x.shape().intDim(1) / groups;
    List<Object> apart = new ArrayList<>(sizes);
    apart.set(1, each);
    apart.add(1, groups);
    Tensor g = Sizes.reshape(x, apart);
    Tensor y =
        Sizes.reshape(standardized(g, u.real("epsilon", 1e-5), true, from(2, g.rank())), sizes);
    return Prims.add(
        Prims.mul(y, channels(perChannel(u.t(1), groups, each), x)),
        channels(perChannel(u.t(2), groups, each), x));
  }

  // opset 18 has one number a group, newer ones one a channel
  private static Tensor perChannel(Tensor v, long groups, long each) {
    if (v.shape().dim(0) != groups || each == 1) {
      return v;
    }
    Tensor wide = Prims.broadcastTo(Prims.reshape(v, groups, 1), Shape.of(groups, each));
    return Prims.reshape(wide, groups * each);
  }

  private static Tensor local(Use u) {
    Tensor x = u.t(0);
    long size = u.integer("size", 1);
    long[] window = {1, size, 1, 1};
    long[] low = {0, (size - 1) / 2, 0, 0};
    long[] high = {0, size / 2, 0, 0};
    Window w = new Window(
        LongList.of(Arrays.copyOf(window, x.rank())),
        LongList.repeat(1, x.rank()),
        LongList.repeat(1, x.rank()),
        LongList.of(Arrays.copyOf(low, x.rank())),
        LongList.of(Arrays.copyOf(high, x.rank())));
    Tensor sum = Engine.bind1(new ReduceWindow(WindowKind.SUM, w), Prims.square(x));
    Tensor base = Prims.add(Prims.mul(sum, u.real("alpha", 1e-4) / size), u.real("bias", 1));
    return Prims.div(x, Prims.pow(base, Prims.scalarLike(x, u.real("beta", 0.75))));
  }
}
