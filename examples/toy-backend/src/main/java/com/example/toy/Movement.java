package com.example.toy;

import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.Pad;
import org.keras4j.core.primitive.Reverse;
import org.keras4j.core.primitive.Slice;
import org.keras4j.core.primitive.Transpose;

/** What moves elements by their places. */
final class Movement {
  private Movement() {}

  static NDArray iota(Iota p) {
    NDArray out = NDArray.zeros(p.dtype(), p.shape());
    long[] one = new long[p.shape().rank()];
    one[p.axis()] = 1;
    int[] index = Places.affine(p.shape(), 0, one);
    for (int i = 0; i < index.length; i++) {
      if (p.dtype().isFloat() || p.dtype().isComplex()) {
        out.setDouble(i, index[i]);
      } else {
        out.setLong(i, index[i]);
      }
    }
    return out;
  }

  static NDArray broadcast(BroadcastInDim p, NDArray x) {
    long[] strides = Places.strides(x.shape());
    long[] steps = new long[p.to().rank()];
    for (int i = 0; i < strides.length; i++) {
      steps[p.dims().get(i)] = x.shape().dim(i) == 1 ? 0 : strides[i];
    }
    return Places.pick(x, Places.affine(p.to(), 0, steps), p.to());
  }

  static NDArray transpose(Transpose p, NDArray x, Shape to) {
    long[] strides = Places.strides(x.shape());
    long[] steps = new long[strides.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = strides[p.permutation().get(i)];
    }
    return Places.pick(x, Places.affine(to, 0, steps), to);
  }

  static NDArray reverse(Reverse p, NDArray x) {
    Shape s = x.shape();
    long[] steps = Places.strides(s);
    long offset = 0;
    for (int a : p.axes().toArray()) {
      offset += (s.dim(a) - 1) * steps[a];
      steps[a] = -steps[a];
    }
    return Places.pick(x, Places.affine(s, offset, steps), s);
  }

  static NDArray slice(Slice p, NDArray x, Shape to) {
    long[] steps = Places.strides(x.shape());
    long offset = 0;
    for (int i = 0; i < steps.length; i++) {
      offset += p.start().get(i) * steps[i];
      steps[i] *= p.stride().get(i);
    }
    return Places.pick(x, Places.affine(to, offset, steps), to);
  }

  static NDArray pad(Pad p, NDArray x, NDArray value, Shape to) {
    NDArray out = Places.pick(value, new int[Math.toIntExact(to.size())], to);
    int rank = to.rank();
    long[] strides = Places.strides(to);
    Shape from = x.shape();
    long[] at = new long[rank];
    for (int k = 0; k < x.size(); k++) {
      long place = 0;
      boolean inside = true;
      for (int i = 0; i < rank; i++) {
        long q = p.low().get(i) + at[i] * (p.interior().get(i) + 1);
        inside &= q >= 0 && q < to.dim(i);
        place += q * strides[i];
      }
      if (inside) {
        Places.copy(x, k, out, (int) place);
      }
      for (int i = rank - 1; i >= 0 && ++at[i] == from.dim(i); i--) {
        at[i] = 0;
      }
    }
    return out;
  }

  static NDArray concatenate(int axis, List<NDArray> in, TensorSpec spec) {
    NDArray out = NDArray.zeros(spec.dtype(), spec.shape());
    long[] strides = Places.strides(spec.shape());
    long start = 0;
    for (NDArray x : in) {
      put(x, out, Places.affine(x.shape(), start * strides[axis], strides));
      start += x.shape().dim(axis);
    }
    return out;
  }

  private static void put(NDArray x, NDArray out, int[] places) {
    for (int i = 0; i < places.length; i++) {
      Places.copy(x, i, out, places[i]);
    }
  }

  static NDArray dynamicSlice(NDArray x, NDArray start, Shape to) {
    long[] strides = Places.strides(x.shape());
    return Places.pick(x, Places.affine(to, offset(x.shape(), start, to), strides), to);
  }

  static NDArray dynamicUpdateSlice(NDArray x, NDArray update, NDArray start) {
    NDArray out = x.copy();
    Shape s = x.shape();
    long offset = offset(s, start, update.shape());
    put(update, out, Places.affine(update.shape(), offset, Places.strides(s)));
    return out;
  }

  /** Where a block begins, moved so that it fits. */
  private static long offset(Shape whole, NDArray start, Shape block) {
    long[] strides = Places.strides(whole);
    long offset = 0;
    for (int i = 0; i < strides.length; i++) {
      long last = whole.dim(i) - block.dim(i);
      offset += Math.max(0, Math.min(start.getLong(i), last)) * strides[i];
    }
    return offset;
  }
}
