package org.keras4j.ops.internal.passes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Node;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.Concat;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.ConvKernelGrad;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Reverse;
import org.keras4j.core.primitive.Select;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;

/**
 * Nodes of one result that need not be computed, or not so. What stays has the same bits, but that a
 * convolution which pads by itself may sum in another order.
 */
final class Simplify {
  private Simplify() {}

  /** What becomes of a node: a value that is there already, or a primitive on inputs. */
  record Step(@Nullable Value value, Primitive primitive, List<Value> inputs) {}

  static Step step(Primitive p, List<Value> in, TensorSpec out) {
    Value same = same(p, in, out);
    if (same != null && same.spec().equals(out)) {
      return new Step(same, p, in);
    }
    ArrayConstant folded = folded(p, in, out);
    if (folded != null) {
      return new Step(null, folded, List.of());
    }
    if (p instanceof Convert
        && producer(in.get(0)) instanceof Convert
        && source(in.get(0)).inputs().get(0).spec().dtype().isBool()) {
      return step(p, source(in.get(0)).inputs(), out); // 0 and 1 are so in every dtype
    }
    if (p instanceof Transpose t && producer(in.get(0)) instanceof Transpose inner) {
      Transpose both = new Transpose(composed(inner.permutation(), t.permutation()));
      return step(both, source(in.get(0)).inputs(), out);
    }
    if (p instanceof ReshapeTo r
        && in.size() == 1
        && r.to().isKnown()
        && producer(in.get(0)) instanceof ReshapeTo) {
      return step(p, source(in.get(0)).inputs().subList(0, 1), out);
    }
    if (p instanceof Binary || p instanceof Compare || p instanceof Select) {
      return new Step(null, p, unrepeated(in, out));
    }
    Pad zeros = p instanceof Conv || p instanceof ConvKernelGrad ? padding(in.get(0)) : null;
    if (zeros != null && p instanceof Conv c) {
      return new Step(null, new Conv(padded(c.conv(), zeros)), unpadded(in));
    }
    if (zeros != null && p instanceof ConvKernelGrad c) {
      return new Step(null, new ConvKernelGrad(padded(c.conv(), zeros), c.kernel()), unpadded(in));
    }
    return new Step(null, p, in);
  }

  /** The zeros around the spatial axes that a value brings, which a convolution can add itself; else null. */
  private static @Nullable Pad padding(Value x) {
    if (!(producer(x) instanceof Pad d)
        || !is(source(x).inputs().get(1), 0)
        || !isZero(d.interior())
        || x.spec().rank() < 3) {
      return null;
    }
    int last = d.low().size() - 1;
    for (int i = 0; i <= last; i++) {
      long low = d.low().get(i);
      long high = d.high().get(i);
      if (low < 0 || high < 0 || ((i == 0 || i == last) && low + high > 0)) {
        return null;
      }
    }
    return d;
  }

  private static ConvAttributes padded(ConvAttributes c, Pad d) {
    long[] low = c.low().toArray();
    long[] high = c.high().toArray();
    for (int i = 0; i < low.length; i++) {
      low[i] += d.low().get(i + 1);
      high[i] += d.high().get(i + 1);
    }
    return new ConvAttributes(
        c.stride(), LongList.of(low), LongList.of(high), c.dilation(), c.groups());
  }

  private static List<Value> unpadded(List<Value> in) {
    List<Value> out = new ArrayList<>(in);
    out.set(0, source(in.get(0)).inputs().get(0));
    return out;
  }

  /** The literal that a value is, or null. */
  static @Nullable NDArray constant(Value v) {
    return producer(v) instanceof ArrayConstant c ? c.value() : null;
  }

  private static @Nullable Primitive producer(Value v) {
    return v.producer() == null ? null : v.producer().primitive();
  }

  private static Node source(Value v) {
    return java.util.Objects.requireNonNull(v.producer());
  }

  /** The input, or input of an input, that the result equals; null if none is known to. */
  private static @Nullable Value same(Primitive p, List<Value> in, TensorSpec out) {
    if (in.isEmpty()) {
      return null;
    }
    Value x = in.get(0);
    if (p instanceof Convert c) {
      if (x.spec().dtype() == c.to()) {
        return x;
      }
      // there and back through a dtype that holds all values
      return producer(x) instanceof Convert
              && source(x).inputs().get(0).spec().dtype() == c.to()
              && holds(x.spec().dtype(), c.to())
          ? source(x).inputs().get(0)
          : null;
    } else if (p instanceof Unary u) {
      boolean back =
          u.kind() == UnaryKind.NEG || u.kind() == UnaryKind.CONJ || u.kind() == UnaryKind.NOT;
      return back && p.equals(producer(x)) ? source(x).inputs().get(0) : null;
    } else if (p instanceof Binary b) {
      return neutral(b.kind(), in);
    } else if (p instanceof Select) {
      NDArray c = constant(x);
      return in.get(1) == in.get(2)
          ? in.get(1)
          : c != null && c.rank() == 0 ? in.get(c.getBoolean(0) ? 1 : 2) : null;
    } else if (p instanceof ReshapeTo || p instanceof BroadcastInDim) {
      return out.shape().isKnown() ? x : null; // where the shape is the same
    } else if (p instanceof Transpose t) {
      return t.permutation().equals(IntList.range(0, t.permutation().size())) ? x : null;
    } else if (p instanceof Reverse r) {
      return r.axes().size() == 0
          ? x
          : p.equals(producer(x)) ? source(x).inputs().get(0) : null;
    } else if (p instanceof Reduce r) {
      return r.axes().size() == 0 ? x : null;
    } else if (p instanceof Slice s) {
      return isWhole(s, x.spec()) ? x : null;
    } else if (p instanceof Pad d) {
      return isZero(d.low()) && isZero(d.high()) && isZero(d.interior()) ? x : null;
    } else if (p instanceof Concat) {
      return in.size() == 1 ? x : null;
    }
    return null;
  }

  /** Whether a dtype holds every value of another. */
  private static boolean holds(DType wide, DType narrow) {
    if (narrow.isFloat()) {
      return wide == DType.FLOAT64 || (wide == DType.FLOAT32 && narrow.size() < 4);
    }
    if (narrow.isBool()) {
      return wide.isInteger() || wide.isFloat();
    }
    if (narrow.isInteger() && wide.isInteger()) {
      return wide.size() > narrow.size() && (wide.isSigned() || narrow.isUnsigned());
    }
    return narrow.isInteger() && wide == DType.FLOAT64 && narrow.size() <= 4;
  }

  private static @Nullable Value neutral(BinaryKind kind, List<Value> in) {
    Value a = in.get(0);
    Value b = in.get(1);
    return switch (kind) {
      case MUL -> is(b, 1) ? a : is(a, 1) ? b : null;
      case DIV -> is(b, 1) ? a : null;
      // adding 0 to a float would change -0
      case SUB -> is(b, 0) ? a : null;
      case ADD -> !a.spec().dtype().isInteger() ? null : is(b, 0) ? a : is(a, 0) ? b : null;
      case AND, OR, MAX, MIN -> a == b ? a : null;
      default -> null;
    };
  }

  private static boolean is(Value v, double number) {
    NDArray c = constant(v);
    return c != null
        && c.size() == 1
        && !c.dtype().isComplex()
        && Double.compare(c.getDouble(0), number) == 0;
  }

  private static boolean isWhole(Slice s, TensorSpec x) {
    for (int i = 0; i < x.rank(); i++) {
      long n = x.dim(i);
      boolean end = s.limit().get(i) == Long.MAX_VALUE || (n >= 0 && s.limit().get(i) >= n);
      if (s.start().get(i) != 0 || s.stride().get(i) != 1 || !end) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(LongList l) {
    return LongList.repeat(0, l.size()).equals(l);
  }

  private static IntList composed(IntList first, IntList second) {
    int[] p = new int[first.size()];
    for (int i = 0; i < p.length; i++) {
      p[i] = first.get(second.get(i));
    }
    return IntList.of(p);
  }

  /** The inputs without broadcasts that the elementwise primitive does anyway. */
  private static List<Value> unrepeated(List<Value> in, TensorSpec out) {
    List<Value> result = new ArrayList<>(in);
    int full = 0;
    for (Value v : in) {
      full += v.spec().shape().equals(out.shape()) ? 1 : 0;
    }
    for (int i = 0; i < in.size() && full > 1; i++) {
      Value v = in.get(i);
      if (v.spec().shape().equals(out.shape())
          && producer(v) instanceof BroadcastInDim b
          && b.dims()
              .equals(IntList.range(b.to().rank() - b.dims().size(), b.to().rank()))) {
        result.set(i, source(v).inputs().get(0));
        full--;
      }
    }
    return result;
  }

  private static @Nullable ArrayConstant folded(Primitive p, List<Value> in, TensorSpec out) {
    long size = out.shape().size();
    if (in.isEmpty() || size < 0 || size > Folding.MOST) {
      return null;
    }
    List<NDArray> values = new ArrayList<>();
    for (Value v : in) {
      NDArray c = constant(v);
      if (c == null || c.size() > Folding.MOST) {
        return null;
      }
      values.add(c);
    }
    NDArray r = Folding.of(p, values, out);
    return r == null ? null : new ArrayConstant(r);
  }
}
