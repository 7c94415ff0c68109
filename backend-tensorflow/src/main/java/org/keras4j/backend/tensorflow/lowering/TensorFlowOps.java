package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.keras4j.backend.tensorflow.runtime.KernelCatalog;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * TensorFlow's operations as the lowerings use them, each knowing the shape of its result. Where there
 * is no kernel for a dtype, the operation runs in a wider one.
 */
public final class TensorFlowOps {
  // the rank up to which SelectV2 broadcasts
  private static final int MOST_SELECTED = 8;

  private final Target target;

  public TensorFlowOps(Target target) {
    this.target = target;
  }

  public Target target() {
    return target;
  }

  /** Applies an operation of one result. */
  public Term call(OpCall call, TensorSpec out, Object... inputs) {
    return target.apply(call, Arrays.asList(inputs), List.of(out)).get(0);
  }

  /** Applies an operation of one result. */
  public Term call(OpCall call, Shape shape, DType dtype, Object... inputs) {
    return call(call, new TensorSpec(shape, dtype), inputs);
  }

  /** Applies an operation without attributes. */
  public Term call(String op, Shape shape, DType dtype, Object... inputs) {
    return call(new OpCall(op), shape, dtype, inputs);
  }

  // literals

  public Term constant(NDArray value) {
    return target.constant(value);
  }

  /** An int32 scalar. */
  public Term scalar(int value) {
    return constant(NDArray.scalar(DType.INT32, (long) value));
  }

  public Term scalar(DType dtype, double value) {
    return constant(NDArray.scalar(dtype, value));
  }

  public Term scalar(DType dtype, long value) {
    return constant(NDArray.scalar(dtype, value));
  }

  /** An int32 vector. */
  public Term ints(int... values) {
    return constant(NDArray.of(values, values.length));
  }

  /** A shape as an int32 vector, unknown dimensions as -1. */
  public Term ints(Shape shape) {
    int[] v = new int[shape.rank()];
    for (int i = 0; i < v.length; i++) {
      v[i] = Math.toIntExact(shape.dim(i));
    }
    return ints(v);
  }

  // elementwise

  /** One of the operations that map one dtype to itself, or to bool. */
  public Term unary(String op, Term x) {
    return unary(op, x, x.dtype());
  }

  public Term unary(String op, Term x, DType result) {
    DType c = KernelCatalog.carrier(op, "T", x.dtype());
    Term y = call(op, x.shape(), result == x.dtype() ? c : result, cast(x, c));
    return cast(y, result);
  }

  /** One of the operations of two values of one dtype, which broadcast. */
  public Term binary(String op, Term a, Term b) {
    return binary(op, a, b, a.dtype());
  }

  public Term binary(String op, Term a, Term b, DType result) {
    DType c = KernelCatalog.carrier(op, "T", a.dtype());
    return cast(binary(op, a, b, c, result == a.dtype() ? c : result), result);
  }

  private Term binary(String op, Term a, Term b, DType carrier, DType result) {
    Shape s = Shape.broadcast(a.shape(), b.shape());
    Term x = a;
    Term y = b;
    if (Runs.tooMany(a.shape(), b.shape())) {
      Term sizes = shapeOfBoth(a, b);
      x = broadcastTo(a, s, sizes);
      y = broadcastTo(b, s, sizes);
    }
    return call(op, s, result, cast(x, carrier), cast(y, carrier));
  }

  public Term add(Term a, Term b) {
    return binary("AddV2", a, b);
  }

  public Term sub(Term a, Term b) {
    return binary("Sub", a, b);
  }

  public Term mul(Term a, Term b) {
    return binary("Mul", a, b);
  }

  public Term min(Term a, Term b) {
    return binary("Minimum", a, b);
  }

  public Term max(Term a, Term b) {
    return binary("Maximum", a, b);
  }

  /** Equal, NotEqual, Less, LessEqual, Greater or GreaterEqual. */
  public Term compare(String op, Term a, Term b) {
    return binary(op, a, b, DType.BOOL);
  }

  public Term and(Term a, Term b) {
    return binary("LogicalAnd", a, b, DType.BOOL, DType.BOOL);
  }

  public Term or(Term a, Term b) {
    return binary("LogicalOr", a, b, DType.BOOL, DType.BOOL);
  }

  public Term not(Term a) {
    return call("LogicalNot", a.shape(), DType.BOOL, a);
  }

  public Term select(Term predicate, Term a, Term b) {
    Shape s = Shape.broadcast(predicate.shape(), Shape.broadcast(a.shape(), b.shape()));
    if (s.rank() > MOST_SELECTED && s.isKnown()) {
      return reshape(select(flat(predicate, s), flat(a, s), flat(b, s)), s);
    }
    DType c = KernelCatalog.carrier("SelectV2", "T", a.dtype());
    return cast(call("SelectV2", s, c, predicate, cast(a, c), cast(b, c)), a.dtype());
  }

  /** A value of a broadcast with all axes folded into one; a scalar stays. */
  private Term flat(Term x, Shape all) {
    if (x.rank() == 0) {
      return x;
    }
    Term y = x.shape().equals(all) ? x : broadcastTo(x, all, ints(all));
    return reshape(y, Shape.of(all.size()));
  }

  /** As TensorFlow's Cast converts. */
  public Term cast(Term x, DType to) {
    if (x.dtype() == to) {
      return x;
    }
    if (SmallFloats.is(x.dtype()) && !to.isFloat()
        || SmallFloats.is(to) && !x.dtype().isFloat()) {
      return cast(cast(x, DType.FLOAT32), to); // eight bits convert from and to floats only
    }
    return call(new OpCall("Cast").dtype("DstT", to), x.shape(), to, x);
  }

  /** The same bits as another dtype of the same size. */
  public Term bits(Term x, DType to) {
    if (x.dtype() == to) {
      return x;
    }
    return call(new OpCall("Bitcast").dtype("type", to), x.shape(), to, x);
  }

  // shapes

  /** The size of an axis as an int32 scalar. */
  public Term dim(Term x, int axis) {
    long n = x.dim(axis);
    if (n >= 0) {
      return scalar(Math.toIntExact(n));
    }
    return row(shapeOf(x), scalar(x.shape().axis(axis)));
  }

  /** The shape as an int32 vector. */
  public Term shapeOf(Term x) {
    if (x.shape().isKnown()) {
      return ints(x.shape());
    }
    return call("Shape", Shape.of(x.rank()), DType.INT32, x);
  }

  /** The sizes of some axes of a value. */
  public List<Term> dims(Term x, int from, int to) {
    List<Term> out = new ArrayList<>();
    for (int i = from; i < to; i++) {
      out.add(dim(x, i));
    }
    return out;
  }

  /** Int32 scalars as a vector. */
  public Term vector(List<Term> scalars) {
    return scalars.isEmpty() ? ints() : pack(scalars);
  }

  /** Values of one shape stacked along a new first axis. */
  public Term pack(List<Term> values) {
    Term first = values.get(0);
    OpCall call = new OpCall("Pack").number("axis", 0);
    return call(call, first.shape().insert(0, values.size()), first.dtype(), values);
  }

  /** A reshape to a shape of which at most one dimension is unknown. */
  public Term reshape(Term x, Shape to) {
    if (x.shape().equals(to) && to.isKnown()) {
      return x;
    }
    return call("Reshape", to, x.dtype(), x, ints(to));
  }

  /** A reshape whose sizes, where {@code to} does not know them all, come as int32 scalars. */
  public Term reshape(Term x, Shape to, Supplier<List<Term>> sizes) {
    return to.isKnown() ? reshape(x, to) : call("Reshape", to, x.dtype(), x, vector(sizes.get()));
  }

  public Term transpose(Term x, int... permutation) {
    boolean same = true;
    long[] d = new long[permutation.length];
    for (int i = 0; i < d.length; i++) {
      same &= permutation[i] == i;
      d[i] = x.dim(permutation[i]);
    }
    return same ? x : call("Transpose", Shape.of(d), x.dtype(), x, ints(permutation));
  }

  /** A value stretched to a shape, whose sizes come as an int32 vector. */
  public Term broadcastTo(Term x, Shape to, Term sizes) {
    if (Runs.tooMany(x.shape(), to)) {
      return broadcastEach(x, to, sizes);
    }
    DType c = KernelCatalog.carrier("BroadcastTo", "T", x.dtype());
    return cast(call("BroadcastTo", to, c, cast(x, c), sizes), x.dtype());
  }

  /** One axis after the other. */
  private Term broadcastEach(Term x, Shape to, Term sizes) {
    Shape s = x.shape();
    while (s.rank() < to.rank()) {
      s = s.insert(0, 1);
    }
    Term y = reshape(x, s, () -> {
      List<Term> all = dims(x, 0, x.rank());
      while (all.size() < to.rank()) {
        all.add(0, scalar(1));
      }
      return all;
    });
    for (int i = 0; i < to.rank(); i++) {
      if (y.dim(i) != to.dim(i) || to.dim(i) < 0) {
        Term z = y;
        int axis = i;
        Shape wide = y.shape().with(i, to.dim(i));
        Term to1 = wide.isKnown() ? ints(wide) : vector(sizes(z, axis, to, sizes));
        DType c = KernelCatalog.carrier("BroadcastTo", "T", x.dtype());
        y = cast(call("BroadcastTo", wide, c, cast(z, c), to1), x.dtype());
      }
    }
    return y;
  }

  /** The sizes of a value of which one axis is stretched. */
  private List<Term> sizes(Term x, int axis, Shape to, Term sizes) {
    List<Term> all = dims(x, 0, x.rank());
    long n = to.dim(axis);
    all.set(axis, n >= 0 ? scalar(Math.toIntExact(n)) : row(sizes, scalar(axis)));
    return all;
  }

  /** The common shape of two values as an int32 vector. */
  public Term shapeOfBoth(Term a, Term b) {
    Shape s = Shape.broadcast(a.shape(), b.shape());
    if (s.isKnown()) {
      return ints(s);
    }
    return call("BroadcastArgs", Shape.of(s.rank()), DType.INT32, shapeOf(a), shapeOf(b));
  }

  /** A tensor of one value; the sizes are an int32 vector. */
  public Term fill(Term sizes, Shape shape, Term scalar) {
    return call("Fill", shape, scalar.dtype(), sizes, scalar);
  }

  /** Adds axes of size 1 before an axis. */
  public Term expand(Term x, int axis) {
    return call("ExpandDims", x.shape().insert(axis, 1), x.dtype(), x, scalar(axis));
  }

  /** Element {@code index}, an int32 scalar, of the first axis. */
  public Term row(Term x, Term index) {
    return call("GatherV2", x.shape().slice(1), x.dtype(), x, index, scalar(0));
  }

  public Term concat(List<Term> values, int axis) {
    if (values.size() == 1) {
      return values.get(0);
    }
    Shape s = values.get(0).shape();
    long sum = 0;
    for (Term t : values) {
      long n = t.dim(axis);
      sum = n < 0 || sum < 0 ? -1 : sum + n;
    }
    return call("ConcatV2", s.with(axis, sum), values.get(0).dtype(), values, scalar(axis));
  }

  /** The elements from {@code begin} on, {@code size} of them, -1 for all, of one axis. */
  public Term slice(Term x, int axis, long begin, long size) {
    int[] b = new int[x.rank()];
    int[] n = new int[x.rank()];
    Arrays.fill(n, -1);
    b[axis] = Math.toIntExact(begin);
    n[axis] = Math.toIntExact(size);
    long have = x.dim(axis);
    long left = size >= 0 ? size : have < 0 ? -1 : have - begin;
    return call("Slice", x.shape().with(axis, left), x.dtype(), x, ints(b), ints(n));
  }

  // reductions

  /**
   * A value whose making Grappler does not see. It turns {@code max(f(x))}, of an axis or a window, of a monotonic {@code f} into {@code f(max(x))}, goes
   * on to believe that the node of {@code f} has the shape that it had, and removes a broadcast of the result to that shape.
   */
  public Term hidden(Term x) {
    if (!target.isRewritten() || target.isForeign()) {
      return x;
    }
    if (target.isSaved()) {
      // a copy, but one that TensorFlow Lite's converter looks through
      return call("Snapshot", x.shape(), x.dtype(), x);
    }
    long[] d = new long[x.rank()];
    Arrays.setAll(d, x.shape()::dim);
    return call(new OpCall("PlaceholderWithDefault").shape("shape", d), x.shape(), x.dtype(), x);
  }

  /** Sum, Prod, Max, Min, All or Any over axes. */
  public Term reduce(String op, Term x, boolean keep, int... axes) {
    List<Long> d = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      int axis = i;
      boolean folded = Arrays.stream(axes).anyMatch(a -> a == axis);
      if (!folded) {
        d.add(x.dim(i));
      } else if (keep) {
        d.add(1L);
      }
    }
    boolean logical = op.equals("All") || op.equals("Any");
    DType c = logical ? x.dtype() : KernelCatalog.carrier(op, "T", x.dtype());
    OpCall call = new OpCall(op);
    if (keep) {
      call.flag("keep_dims", true);
    }
    return cast(call(call, Shape.of(d), c, cast(x, c), ints(axes)), x.dtype());
  }
}
