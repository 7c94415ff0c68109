package org.keras4j.onnx.internal.lowering;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.onnx.internal.file.OnnxNode;

/** Operators of ONNX by name, and what is put together of a few of them. Results know their types and shapes. */
final class OnnxOps {
  final Scope scope;
  final int opset;

  OnnxOps(Scope scope) {
    this.scope = scope;
    this.opset = scope.program.opset;
  }

  // ---- applying

  /** Applies an operator; inputs may be null where they are left out. */
  List<Term> all(Call call, List<? extends @Nullable Term> inputs, List<TensorSpec> results) {
    List<String> in = new ArrayList<>();
    inputs.forEach(t -> in.add(t == null ? "" : t.name()));
    while (!in.isEmpty() && in.get(in.size() - 1).isEmpty()) {
      in.remove(in.size() - 1);
    }
    String base = call.type.toLowerCase(Locale.ROOT);
    List<Term> out = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (TensorSpec s : results) {
      Term t = new Term(scope.program.name(base), s.dtype(), s.shape(), null);
      out.add(t);
      names.add(t.name());
    }
    if (!call.domain.isEmpty()) {
      scope.program.domains.putIfAbsent(call.domain, 3L);
    }
    scope.nodes.add(new OnnxNode(names.get(0), call.domain, call.type, in, names, call.attributes));
    return out;
  }

  /** Applies an operator of one result. */
  Term call(Call call, DType dtype, Shape shape, @Nullable Term... inputs) {
    return all(call, Arrays.asList(inputs), List.of(new TensorSpec(shape, dtype)))
        .get(0);
  }

  Term call(String op, DType dtype, Shape shape, @Nullable Term... inputs) {
    return call(new Call(op), dtype, shape, inputs);
  }

  // ---- literals

  Term constant(NDArray a) {
    return scope.program.literal(a);
  }

  Term scalar(DType t, double value) {
    return constant(NDArray.scalar(t, value));
  }

  Term scalar(DType t, long value) {
    return constant(NDArray.scalar(t, value));
  }

  /** A scalar of the type of another value. */
  Term like(Term t, double value) {
    return scalar(t.dtype(), value);
  }

  /** A vector of int64. */
  Term longs(long... values) {
    return constant(NDArray.of(values, values.length));
  }

  Term longs(int... values) {
    return longs(Arrays.stream(values).asLongStream().toArray());
  }

  // ---- types

  Term cast(Term x, DType to) {
    if (x.dtype() == to) {
      return x;
    }
    boolean truncates = x.dtype().isFloat() && !to.isFloat();
    if (x.value() != null && x.value().size() <= 64 && !truncates && to != DType.STRING) {
      return constant(x.value().astype(to));
    }
    String key = "cast " + to + " " + x.name();
    Term known = scope.known(key);
    if (known != null) {
      return known;
    }
    // float8 ends at its largest number unless told otherwise
    boolean small = to == DType.FLOAT8_E4M3FN || to == DType.FLOAT8_E5M2;
    Call c = new Call("Cast").set("to", org.keras4j.onnx.internal.file.OnnxType.code(to));
    return scope.remember(key, call(small ? c.set("saturate", 0) : c, to, x.shape(), x));
  }

  // ---- elementwise

  Term unary(String op, Term x) {
    return unary(new Call(op), x);
  }

  Term unary(Call c, Term x) {
    DType t = Kernels.carrier(c.type, x.dtype());
    return cast(call(c, t, x.shape(), cast(x, t)), x.dtype());
  }

  Term binary(String op, Term a, Term b) {
    return binary(new Call(op), a, b);
  }

  Term binary(Call c, Term a, Term b) {
    DType t = Kernels.carrier(c.type, a.dtype());
    Shape s = Shape.broadcast(a.shape(), b.shape());
    return cast(call(c, t, s, cast(a, t), cast(b, t)), a.dtype());
  }

  Term add(Term a, Term b) {
    return binary("Add", a, b);
  }

  Term sub(Term a, Term b) {
    return binary("Sub", a, b);
  }

  Term mul(Term a, Term b) {
    return binary("Mul", a, b);
  }

  Term div(Term a, Term b) {
    return binary("Div", a, b);
  }

  Term max(Term a, Term b) {
    return binary("Max", a, b);
  }

  Term min(Term a, Term b) {
    return binary("Min", a, b);
  }

  Term add(Term a, double b) {
    return add(a, like(a, b));
  }

  Term mul(Term a, double b) {
    return mul(a, like(a, b));
  }

  Term neg(Term a) {
    return a.dtype().isUnsigned() ? sub(like(a, 0), a) : unary("Neg", a);
  }

  /** {@code Less}, {@code Equal} and so on, to bool. */
  Term compare(String op, Term a, Term b) {
    DType t = Kernels.carrier(op, a.dtype());
    return call(op, DType.BOOL, Shape.broadcast(a.shape(), b.shape()), cast(a, t), cast(b, t));
  }

  Term not(Term p) {
    return call("Not", DType.BOOL, p.shape(), p);
  }

  Term and(Term a, Term b) {
    return call("And", DType.BOOL, Shape.broadcast(a.shape(), b.shape()), a, b);
  }

  Term or(Term a, Term b) {
    return call("Or", DType.BOOL, Shape.broadcast(a.shape(), b.shape()), a, b);
  }

  Term isNaN(Term x) {
    Term y = x.dtype().size() < 4 ? cast(x, DType.FLOAT32) : x;
    return call("IsNaN", DType.BOOL, x.shape(), y);
  }

  Term select(Term p, Term a, Term b) {
    Shape s = Shape.broadcast(p.shape(), Shape.broadcast(a.shape(), b.shape()));
    DType t = Kernels.carrier("Where", a.dtype());
    return cast(call("Where", t, s, p, cast(a, t), cast(b, t)), a.dtype());
  }

  // ---- sizes: a vector of one int64 for each

  /** The size of an axis as an int64 vector of one. */
  Term size(Term x, int axis) {
    if (x.dim(axis) >= 0) {
      return longs(x.dim(axis));
    }
    String key = "size " + axis + " " + x.name();
    Term known = scope.known(key);
    if (known != null) {
      return known;
    }
    Call c = new Call("Shape").set("start", (long) axis).set("end", axis + 1L);
    return scope.remember(key, call(c, DType.INT64, Shape.of(1), x));
  }

  /** An integer scalar as an int64 vector of one. */
  Term sizeOf(Term scalar) {
    if (scalar.value() != null) {
      return longs(scalar.value().getLong(0));
    }
    String key = "vector " + scalar.name();
    Term known = scope.known(key);
    return known != null
        ? known
        : scope.remember(key, reshape(cast(scalar, DType.INT64), Shape.of(1)));
  }

  /** The size of an axis as an int32 scalar, of which {@link #sizeOf} makes the vector again without a node. */
  Term dim(Term x, int axis) {
    if (x.dim(axis) >= 0) {
      return scalar(DType.INT32, x.dim(axis));
    }
    String key = "dim " + axis + " " + x.name();
    Term known = scope.known(key);
    if (known != null) {
      return known;
    }
    Term vector = size(x, axis);
    Term scalar = cast(call("Squeeze", DType.INT64, Shape.SCALAR, vector), DType.INT32);
    scope.remember("vector " + scalar.name(), vector);
    return scope.remember(key, scalar);
  }

  /** The sizes of a few axes, one vector each. */
  List<Term> sizes(Term x, int from, int to) {
    List<Term> out = new ArrayList<>();
    for (int i = from; i < to; i++) {
      out.add(size(x, i));
    }
    return out;
  }

  /** One vector of sizes out of several vectors. */
  Term vector(List<Term> parts) {
    List<Term> joined = new ArrayList<>();
    for (Term t : parts) {
      Term last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null && last.value() != null && t.value() != null) {
        long[] a = last.value().toLongArray();
        long[] b = t.value().toLongArray();
        long[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        joined.set(joined.size() - 1, longs(both));
      } else {
        joined.add(t);
      }
    }
    if (joined.isEmpty()) {
      return longs(new long[0]);
    }
    return joined.size() == 1 ? joined.get(0) : concat(joined, 0);
  }

  /** The product of some sizes, a vector of one. */
  Term product(List<Term> sizes) {
    long known = 1;
    Term n = null;
    for (Term s : sizes) {
      if (s.value() != null) {
        known *= s.value().getLong(0);
      } else {
        n = n == null ? s : mul(n, s);
      }
    }
    return n == null ? longs(known) : known == 1 ? n : mul(n, longs(known));
  }

  /** A shape as a vector, its unknown sizes given in order. */
  Term shape(Shape s, List<Term> unknown) {
    List<Term> parts = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < s.rank(); i++) {
      parts.add(s.dim(i) >= 0 ? longs(s.dim(i)) : unknown.get(next++));
    }
    return vector(parts);
  }

  // ---- places

  Term reshape(Term x, Shape to) {
    int unknown = 0;
    boolean empty = false;
    for (int i = 0; i < to.rank(); i++) {
      unknown += to.dim(i) < 0 ? 1 : 0;
      empty |= to.dim(i) == 0;
    }
    if (x.shape().equals(to) && unknown <= 1) {
      return x;
    }
    if (unknown > 1 || empty && unknown > 0) {
      throw new IllegalStateException("The sizes of " + to + " are to be given");
    }
    return reshape(x, to, longs(to.toArray()));
  }

  Term reshape(Term x, Shape to, Term sizes) {
    Call c = new Call("Reshape");
    boolean zeros = false;
    for (int i = 0; i < to.rank(); i++) {
      zeros |= to.dim(i) <= 0;
    }
    // without it a 0 means the size that was there
    boolean asked = zeros && (sizes.value() == null || contains(sizes.value(), 0));
    return call(asked ? c.set("allowzero", 1) : c, x.dtype(), to, x, sizes);
  }

  private static boolean contains(NDArray a, long value) {
    return Arrays.stream(a.toLongArray()).anyMatch(v -> v == value);
  }

  /** Reshapes to sizes of which several may be unknown: a vector of one for each axis. */
  Term reshape(Term x, List<Term> sizes) {
    long[] d = new long[sizes.size()];
    int unknown = 0;
    boolean empty = false;
    for (int i = 0; i < d.length; i++) {
      NDArray v = sizes.get(i).value();
      d[i] = v == null ? -1 : v.getLong(0);
      unknown += v == null ? 1 : 0;
      empty |= d[i] == 0;
    }
    Shape to = Shape.of(d);
    return unknown <= 1 && !(empty && unknown == 1)
        ? reshape(x, to)
        : reshape(x, to, vector(sizes));
  }

  Term unsqueeze(Term x, int... axes) {
    if (axes.length == 0) {
      return x;
    }
    Shape s = x.shape();
    for (int a : axes) {
      s = s.insert(a, 1);
    }
    if (x.value() != null && x.value().size() <= 64) {
      return constant(x.value().reshape(s.toArray()));
    }
    return call("Unsqueeze", x.dtype(), s, x, longs(axes));
  }

  Term squeeze(Term x, int... axes) {
    Shape s = x.shape();
    for (int i = axes.length - 1; i >= 0; i--) {
      s = s.without(axes[i]);
    }
    return axes.length == 0 ? x : call("Squeeze", x.dtype(), s, x, longs(axes));
  }

  Term transpose(Term x, int... permutation) {
    boolean same = true;
    for (int i = 0; i < permutation.length; i++) {
      same &= permutation[i] == i;
    }
    if (same) {
      return x;
    }
    Scope.Turned inner = scope.turned(x);
    if (inner != null) {
      int[] both = new int[permutation.length];
      for (int i = 0; i < both.length; i++) {
        both[i] = inner.permutation()[permutation[i]];
      }
      return transpose(inner.source(), both);
    }
    String key = "transpose " + Arrays.toString(permutation) + x.name();
    Term known = scope.known(key);
    if (known != null) {
      return known;
    }
    long[] d = new long[permutation.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = x.dim(permutation[i]);
    }
    Call c = new Call("Transpose").numbers("perm", permutation);
    Term y = call(c, x.dtype(), Shape.of(d), x);
    scope.turned(y, x, permutation);
    return scope.remember(key, y);
  }

  Term concat(List<Term> parts, int axis) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    Shape s = parts.get(0).shape();
    long sum = 0;
    for (Term t : parts) {
      sum = sum < 0 || t.dim(axis) < 0 ? -1 : sum + t.dim(axis);
      for (int i = 0; i < s.rank(); i++) {
        if (i != axis && s.dim(i) < 0) {
          s = s.with(i, t.dim(i));
        }
      }
    }
    DType t = parts.get(0).dtype();
    Call c = new Call("Concat").set("axis", (long) axis);
    return all(c, parts, List.of(new TensorSpec(s.with(axis, sum), t))).get(0);
  }

  /** What lies from one place to another of one axis; an end of {@code Long.MAX_VALUE} is the end of the axis. */
  Term slice(Term x, int axis, long from, long to, long step) {
    long n = x.dim(axis);
    long end = n < 0 ? to : Math.min(n, to);
    if (from == 0 && step == 1 && (end == n || end == Long.MAX_VALUE)) {
      return x;
    }
    long count = n < 0 && to == Long.MAX_VALUE ? -1 : Math.max(0, (end - from + step - 1) / step);
    return call(
        "Slice",
        x.dtype(),
        x.shape().with(axis, n < 0 ? -1 : count),
        x,
        longs(from),
        longs(end),
        longs(axis),
        longs(step));
  }

  Term expand(Term x, Shape to, Term sizes) {
    DType t = Kernels.carrier("Expand", x.dtype());
    return cast(call("Expand", t, to, cast(x, t), sizes), x.dtype());
  }

  /** One value everywhere. */
  Term full(DType t, double value, Shape s, List<Term> unknown) {
    return expand(scalar(t, value), s, shape(s, unknown));
  }

  /** The shape of a value as a vector. */
  Term shapeOf(Term x) {
    return vector(sizes(x, 0, x.rank()));
  }

  /** A value repeated to the shape of another, with which it broadcasts. */
  Term expandLike(Term x, Term to) {
    return expand(x, to.shape(), shapeOf(to));
  }

  Term gather(Term x, Term indices, int axis) {
    Shape s = x.shape().slice(0, axis).concat(indices.shape()).concat(x.shape().slice(axis + 1));
    return call(new Call("Gather").set("axis", (long) axis), x.dtype(), s, x, indices);
  }

  // ---- folds

  /** Folds axes away, or leaves them with size 1. */
  Term reduce(String op, Term x, boolean keep, int... axes) {
    Shape s = x.shape();
    int[] sorted = axes.clone();
    Arrays.sort(sorted);
    for (int i = sorted.length - 1; i >= 0; i--) {
      s = keep ? s.with(sorted[i], 1) : s.without(sorted[i]);
    }
    DType t = Kernels.carrier(op, x.dtype());
    Call c = new Call(op).set("keepdims", keep ? 1 : 0);
    return cast(call(c, t, s, cast(x, t), longs(sorted)), x.dtype());
  }
}
