package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.ops.internal.composite.AffineComposites;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.SparseForms;

/** Products, sums and joins of sparse tensors, which look at their entries alone. */
final class SparseProducts {
  private SparseProducts() {}

  /** The matrix product of two factors of one dtype, one of them sparse. */
  static Tensor matmul(Tensor x, Tensor y) {
    if (x instanceof SparseTensor s && !(y instanceof SparseTensor)) {
      return left(s, y);
    }
    if (y instanceof SparseTensor s && !(x instanceof SparseTensor)) {
      return right(x, s);
    }
    throw new IllegalArgumentException("expected one sparse factor, got two, of shapes "
        + x.shape() + " and " + y.shape()
        + "; Ops.convertToTensor(x, null, false, null) makes one dense");
  }

  // s (..., k), x (k, n): rows of x, weighed and added up
  private static Tensor left(SparseTensor s, Tensor x) {
    int last = s.rank() - 1;
    if (x.rank() != 2 || !fits(s.shape().dim(last), x.shape().dim(0))) {
      throw new IllegalArgumentException("expected a dense factor (" + s.shape().dim(last)
          + ", n) of a sparse one " + s.shape() + ", got shape " + x.shape());
    }
    Shape lead = s.shape().slice(0, last);
    Shape out = lead.insert(last, x.shape().dim(1));
    if (!out.isKnown()) {
      return SparseForms.unknown(new TensorSpec(out, s.dtype()));
    }
    Tensor rows = AffineComposites.embedding(x, column(s, last));
    Tensor weighed = Prims.mul(rows, Prims.expandDims(s.values(), 1));
    Tensor zeros = Prims.full(Shape.of(lead.size(), out.last()), s.dtype(), 0);
    Tensor at = Prims.expandDims(places(s, range(last)), 1);
    return Prims.reshape(Prims.scatterNd(ScatterKind.ADD, zeros, at, weighed), out);
  }

  // x (..., k), s (k, n), as the product of both transposed
  private static Tensor right(Tensor x, SparseTensor s) {
    int last = x.rank() - 1;
    if (s.rank() != 2 || last < 0 || !fits(x.shape().dim(last), s.shape().dim(0))) {
      throw new IllegalArgumentException(
          "expected a sparse factor (k, n) of a dense one (..., k), got" + " shapes " + x.shape()
              + " and " + s.shape());
    }
    Shape out = x.shape().with(last, s.shape().dim(1));
    if (!x.shape().isKnown() || !out.isKnown()) {
      return SparseForms.unknown(new TensorSpec(out, s.dtype()));
    }
    long rows = x.shape().slice(0, last).size();
    Tensor flat = Prims.reshape(x, rows, x.shape().dim(last));
    Tensor turned = Prims.reverse(s.indices(), 1);
    SparseTensor t = new SparseTensor(
        turned, s.values(), Shape.of(s.shape().dim(1), s.shape().dim(0)));
    return Prims.reshape(Prims.transpose(left(t, Prims.transpose(flat, 1, 0)), 1, 0), out);
  }

  private static boolean fits(long a, long b) {
    return a < 0 || b < 0 || a == b;
  }

  /** The sum along axes, dense. */
  static Tensor sum(SparseTensor s, int[] axes, boolean keep) {
    boolean[] folded = new boolean[s.rank()];
    for (int a : axes) {
      folded[a] = true;
    }
    Shape kept = Shape.SCALAR;
    Shape out = Shape.SCALAR;
    List<Integer> others = new ArrayList<>();
    for (int a = 0; a < folded.length; a++) {
      if (!folded[a]) {
        others.add(a);
        kept = kept.insert(kept.rank(), s.shape().dim(a));
        out = out.insert(out.rank(), s.shape().dim(a));
      } else if (keep) {
        out = out.insert(out.rank(), 1);
      }
    }
    if (!out.isKnown()) {
      return SparseForms.unknown(new TensorSpec(out, s.dtype()));
    }
    Tensor at = Prims.expandDims(places(s, others.stream().mapToInt(i -> i).toArray()), 1);
    Tensor zeros = Prims.full(Shape.of(kept.size()), s.dtype(), 0);
    return Prims.reshape(Prims.scatterNd(ScatterKind.ADD, zeros, at, s.values()), out);
  }

  /** The mean along axes, dense, of floats. */
  static Tensor mean(SparseTensor s, int[] axes, boolean keep) {
    long n = 1;
    for (int a : axes) {
      n = n < 0 || s.shape().dim(a) < 0 ? -1 : n * s.shape().dim(a);
    }
    Tensor sum = sum(s, axes, keep);
    return n < 0 ? sum : Prims.div(sum, Prims.scalar(s.dtype(), (double) n));
  }

  /** Tensors of one dtype joined: sparse if all of them are, else dense. */
  static Tensor concat(List<Tensor> parts, int axis) {
    if (!parts.stream().allMatch(SparseTensor.class::isInstance)) {
      return Prims.concat(parts.stream().map(SparseForms::dense).toList(), axis);
    }
    Shape out = parts.get(0).shape();
    List<Tensor> indices = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    long before = 0;
    for (Tensor p : parts) {
      SparseTensor s = (SparseTensor) p;
      Shape others = out.with(axis, s.shape().dim(axis));
      if (s.rank() != out.rank() || !others.isCompatible(s.shape()) || before < 0) {
        throw new IllegalArgumentException(
            "expected sparse tensors of shapes equal but for axis " + axis
                + " and known there, got " + parts.stream().map(Tensor::shape).toList());
      }
      Tensor i = Prims.convert(s.indices(), DType.INT64);
      long[] shift = new long[s.rank()];
      shift[axis] = before;
      Tensor[] columns = new Tensor[s.rank()];
      for (int a = 0; a < columns.length; a++) {
        Tensor c = Prims.slice(i, 1, a, a + 1);
        columns[a] = shift[a] == 0 ? c : Prims.add(c, Prims.scalar(DType.INT64, shift[a]));
      }
      indices.add(Prims.concat(List.of(columns), 1));
      values.add(s.values());
      long size = s.shape().dim(axis);
      before = size < 0 ? -1 : before + size;
    }
    return new SparseTensor(
        Prims.concat(indices, 0), Prims.concat(values, 0), out.with(axis, before));
  }

  /** The index along an axis of each entry. */
  private static Tensor column(SparseTensor s, int axis) {
    return Prims.reshape(Prims.slice(s.indices(), 1, axis, axis + 1), -1);
  }

  /** The place of each entry among the elements of some axes, in C order. */
  private static Tensor places(SparseTensor s, int[] axes) {
    Tensor at = Prims.fullLike(column(s, 0), 0);
    for (int k = 0; k < axes.length; k++) {
      Tensor c = column(s, axes[k]);
      long size = s.shape().dim(axes[k]);
      at = k == 0 ? c : Prims.add(Prims.mul(at, Prims.scalar(at.dtype(), size)), c);
    }
    return at;
  }

  private static int[] range(int n) {
    int[] out = new int[n];
    Arrays.setAll(out, i -> i);
    return out;
  }
}
