package org.keras4j.ops.internal.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Primitive;

/** Primitives that only move elements, strings too, and conversions of integers, done on the host. */
public final class HostForms {
  private HostForms() {}

  /** Whether a primitive is one of these, for inputs of these specs. */
  static boolean knows(Primitive p, List<TensorSpec> in) {
    return p.accept(HostMoves.ALL, in) != HostMoves.Move.NONE;
  }

  /** The result, of the shape and dtype of {@code out}. */
  static NDArray of(Primitive p, List<NDArray> in, TensorSpec out) {
    List<TensorSpec> specs = in.stream().map(NDArray::spec).toList();
    return p.accept(HostMoves.ALL, specs).of(in, out);
  }

  /** Arrays of one spec along a new first axis. */
  public static NDArray stacked(List<NDArray> rows) {
    NDArray first = rows.get(0);
    List<NDArray> each = new ArrayList<>();
    long[] row = first.shape().insert(0, 1).toArray();
    rows.forEach(r -> each.add(r.reshape(row)));
    return joined(each, 0, first.spec().withShape(first.shape().insert(0, rows.size())));
  }

  /** Arrays one after another along an axis. */
  static NDArray joined(List<NDArray> in, int axis, TensorSpec out) {
    long inner = 1;
    for (int i = axis + 1; i < out.rank(); i++) {
      inner *= out.dim(i);
    }
    String[] strings = out.dtype() == DType.STRING ? new String[size(out.shape())] : null;
    NDArray numbers = strings == null ? NDArray.zeros(out.dtype(), out.shape()) : null;
    ByteBuffer to = numbers == null ? null : numbers.bytes();
    long outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= out.dim(i);
    }
    int at = 0;
    for (int o = 0; o < outer; o++) {
      for (NDArray a : in) {
        int block = (int) (a.shape().dim(axis) * inner);
        if (strings != null) {
          for (int k = 0; k < block; k++) {
            strings[at++] = a.getString(o * block + k);
          }
        } else if (to != null) {
          int bytes = block * out.dtype().size();
          to.put(a.bytes().position(o * bytes).limit((o + 1) * bytes));
        }
      }
    }
    return made(strings, numbers, out.shape());
  }

  /** An array read from a place on, in steps along each of its axes, as elements of another lie. */
  static NDArray gathered(NDArray x, long start, long[] step, Shape shape) {
    int n = size(shape);
    String[] strings = x.dtype() == DType.STRING ? new String[n] : null;
    NDArray numbers = strings == null ? NDArray.zeros(x.dtype(), shape) : null;
    ByteBuffer from = numbers == null ? null : x.bytes();
    ByteBuffer to = numbers == null ? null : numbers.bytes();
    int width = x.dtype().size();
    long[] index = new long[shape.rank()];
    long at = start;
    for (int i = 0; i < n; i++) {
      if (strings != null) {
        strings[i] = x.getString((int) at);
      } else if (to != null && from != null) {
        to.put(from.duplicate().position((int) at * width).limit((int) (at + 1) * width));
      }
      for (int d = shape.rank() - 1; d >= 0; d--) {
        at += step[d];
        if (++index[d] < shape.dim(d)) {
          break;
        }
        at -= step[d] * shape.dim(d);
        index[d] = 0;
      }
    }
    return made(strings, numbers, shape);
  }

  private static NDArray made(String @Nullable [] strings, @Nullable NDArray numbers, Shape shape) {
    return strings != null ? NDArray.ofStrings(strings, shape) : Objects.requireNonNull(numbers);
  }

  private static int size(Shape s) {
    return Math.toIntExact(s.size());
  }

  /** How far apart neighbours along each axis lie. */
  static long[] strides(Shape s) {
    long[] out = new long[s.rank()];
    long n = 1;
    for (int i = s.rank() - 1; i >= 0; i--) {
      out[i] = n;
      n *= s.dim(i);
    }
    return out;
  }
}
