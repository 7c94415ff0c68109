package org.keras4j.ops.internal.numpy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Parts;
import org.keras4j.ops.internal.arguments.Sizes;
import org.keras4j.ops.internal.engine.Prims;

/** Sums of products: matrix, dot, tensor and outer products. */
public final class ProductOps {
  private ProductOps() {}

  /** The dtype of a product of int8 matrices is int32; all others keep theirs. */
  static @Nullable DType productType(Op.Args a, int i, int j) {
    return a.spec(i).dtype() == DType.INT8 && a.spec(j).dtype() == DType.INT8 ? DType.INT32 : null;
  }

  /**
   * The matrix product over the last axis of {@code x1} and the last but one of {@code x2} ({@code
   * keras.ops.matmul}). Axes before are batches and broadcast; a vector is a row on the left, a column
   * on the right. Two int8 factors give int32. One factor may be sparse if the other is a matrix: only its entries are multiplied.
   *
   * @throws IllegalArgumentException if a factor is a scalar, or the sizes do not fit
   */
  public static Tensor matmul(Object x1, Object x2) {
    return Op.call(
        "ops.matmul",
        a -> {
          DType out = productType(a, 0, 1);
          Tensor[] t = Dtypes.promoted(a, 0, 1);
          if (t[0] instanceof SparseTensor || t[1] instanceof SparseTensor) {
            return SparseProducts.matmul(t[0], t[1]);
          }
          return Products.of(t[0], t[1], out);
        },
        x1,
        x2);
  }

  private static Tensor numbers(Tensor t) {
    return t.dtype().isBool() ? Prims.convert(t, DType.INT32) : t;
  }

  // bools multiply as numbers, and give bools
  private static Tensor asNumbers(Tensor a, Tensor b, java.util.function.BinaryOperator<Tensor> f) {
    Tensor r = f.apply(numbers(a), numbers(b));
    return a.dtype().isBool() ? Prims.convert(r, DType.BOOL) : r;
  }

  /**
   * The product over the last axis of {@code x1} and the last but one (of vectors the only) axis of
   * {@code x2} ({@code keras.ops.dot}); the other axes of the second follow those of the first. A
   * scalar multiplies elementwise.
   */
  public static Tensor dot(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.dot",
        (x, y) -> asNumbers(
            x,
            y,
            (a, b) -> a.rank() == 0 || b.rank() == 0
                ? Prims.mul(a, b)
                : contract(a, b, new int[] {a.rank() - 1}, new int[] {Math.max(0, b.rank() - 2)})),
        x1,
        x2);
  }

  private static Tensor contract(Tensor a, Tensor b, int[] left, int[] right) {
    return contract(a, b, left, right, null);
  }

  private static Tensor contract(Tensor a, Tensor b, int[] left, int[] right, @Nullable DType out) {
    for (int i = 0; i < left.length; i++) {
      long m = a.shape().dim(left[i]);
      long n = b.shape().dim(right[i]);
      if (m >= 0 && n >= 0 && m != n) {
        throw new IllegalArgumentException("axis " + left[i] + " of shape " + a.shape()
            + " and axis " + right[i] + " of shape " + b.shape() + " must have one size");
      }
    }
    return Prims.dot(a, b, new int[0], new int[0], left, right, out);
  }

  /** The product over the last axes of both ({@code keras.ops.inner}); a scalar multiplies elementwise. */
  public static Tensor inner(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.inner",
        (x, y) -> asNumbers(
            x,
            y,
            (a, b) -> a.rank() == 0 || b.rank() == 0
                ? Prims.mul(a, b)
                : contract(a, b, new int[] {a.rank() - 1}, new int[] {b.rank() - 1})),
        x1,
        x2);
  }

  /** All products of an element of {@code x1} and one of {@code x2}, a matrix ({@code keras.ops.outer}). */
  public static Tensor outer(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.outer",
        (x, y) -> asNumbers(
            x,
            y,
            (a, b) -> Prims.mul(Prims.expandDims(Prims.reshape(a, -1), 1), Prims.reshape(b, -1))),
        x1,
        x2);
  }

  /** The sum of products of all elements, those of {@code x1} conjugated ({@code keras.ops.vdot}). */
  public static Tensor vdot(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.vdot",
        (x, y) -> asNumbers(
            x,
            y,
            (a, b) -> contract(
                ElementaryOps.conjugated(Prims.reshape(a, -1)),
                Prims.reshape(b, -1),
                new int[] {0},
                new int[] {0})),
        x1,
        x2);
  }

  /** The product over the last two axes of {@code x1} and the first two of {@code x2}. */
  public static Tensor tensordot(Object x1, Object x2) {
    return tensordot(x1, x2, 2);
  }

  /**
   * The product over pairs of axes ({@code keras.ops.tensordot}).
   *
   * @param axes how many last axes of {@code x1} meet as many first ones of {@code x2}; or two lists of
   *     axes, those of {@code x1} and those of {@code x2}
   */
  public static Tensor tensordot(Object x1, Object x2, Object axes) {
    return Op.call(
        "ops.tensordot",
        a -> {
          Tensor[] t = Dtypes.promoted(a, 0, 1);
          Object by = a.get(2);
          int[] left;
          int[] right;
          if (by instanceof Number) {
            int n = Axes.integer(by);
            if (n < 0 || n > Math.min(t[0].rank(), t[1].rank())) {
              throw new IllegalArgumentException("shapes " + t[0].shape() + " and " + t[1].shape()
                  + " have no " + n + " axes each");
            }
            left = IntList.range(t[0].rank() - n, t[0].rank()).toArray();
            right = IntList.range(0, n).toArray();
          } else {
            Object[] both = pair(by);
            left = Axes.of(both[0], t[0].rank());
            right = Axes.of(both[1], t[1].rank());
          }
          if (left.length != right.length) {
            throw new IllegalArgumentException(
                "expected as many axes of both, got " + left.length + " and " + right.length);
          }
          return asNumbers(t[0], t[1], (x, y) -> contract(x, y, left, right));
        },
        x1,
        x2,
        axes);
  }

  private static Object[] pair(@Nullable Object axes) {
    Object[] both =
        axes instanceof List<?> l ? l.toArray() : axes instanceof Object[] o ? o : new Object[0];
    if (axes instanceof int[] i && i.length == 2) {
      both = new Object[] {i[0], i[1]};
    }
    if (both.length != 2) {
      throw new IllegalArgumentException("expected the axes of both tensors, got " + axes);
    }
    return both;
  }

  /**
   * The sum of products that an expression in Einstein's notation names ({@code keras.ops.einsum}).
   * Operands of int8 alone give int32.
   *
   * @param subscripts letters for the axes of each operand, separated by commas, then {@code ->} and
   *     those of the result; {@code ...} stands for axes that broadcast
   */
  public static Tensor einsum(String subscripts, Object... operands) {
    return Op.call(
        "ops.einsum",
        a -> {
          List<Tensor> own = Parts.tensors(a, 1);
          boolean bytes = own.stream().allMatch(t -> t.dtype() == DType.INT8);
          List<Tensor> t = Parts.promoted(a, 1);
          boolean flags = t.get(0).dtype().isBool();
          if (flags) {
            t = t.stream().map(ProductOps::numbers).toList();
          }
          String s = a.text(0);
          Tensor r = Einsum.of(s, t, bytes ? DType.INT32 : null);
          return flags ? Prims.convert(r, DType.BOOL) : r;
        },
        subscripts,
        operands);
  }

  /** The Kronecker product ({@code keras.ops.kron}): {@code x1} with each element replaced by its product with {@code x2}. */
  public static Tensor kron(Object x1, Object x2) {
    return Elementwise.promoting(
        "ops.kron",
        (x, y) -> asNumbers(x, y, (a, b) -> {
          int rank = Math.max(a.rank(), b.rank());
          while (a.rank() < rank) {
            a = Prims.expandDims(a, 0);
          }
          while (b.rank() < rank) {
            b = Prims.expandDims(b, 0);
          }
          int[] odd = new int[rank];
          int[] even = new int[rank];
          long[] sizes = new long[rank];
          for (int i = 0; i < rank; i++) {
            even[i] = 2 * i;
            odd[i] = 2 * i + 1;
            long m = a.shape().dim(i);
            long n = b.shape().dim(i);
            sizes[i] = m < 0 || n < 0 ? -1 : m * n;
          }
          Tensor all = Prims.mul(Prims.expandDims(a, odd), Prims.expandDims(b, even));
          return joinPairs(all, sizes);
        }),
        x1,
        x2);
  }

  // makes one axis of each two
  private static Tensor joinPairs(Tensor t, long[] sizes) {
    List<Object> to = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      to.add(sizes[i] >= 0 ? (Object) sizes[i] : Sizes.of(t, new int[] {2 * i, 2 * i + 1}));
    }
    return Sizes.reshape(t, to);
  }

  /** The cross product over the last axes. */
  public static Tensor cross(Object x1, Object x2) {
    return cross(x1, x2, -1, -1, -1, null);
  }

  /**
   * The cross product of vectors of 2 or 3 elements ({@code keras.ops.cross}); of two of 2 elements
   * only the third component, without an axis.
   *
   * @param axisa the axis of the vectors of {@code x1}
   * @param axisb that of {@code x2}
   * @param axisc that of the result
   * @param axis if not null, all three
   */
  public static Tensor cross(
      Object x1, Object x2, int axisa, int axisb, int axisc, @Nullable Integer axis) {
    return Op.call(
        "ops.cross",
        a -> {
          Tensor[] t = Dtypes.promoted(a, 0, 1);
          int i = Axes.integer(a.isGiven(5) ? a.get(5) : a.get(2));
          int j = Axes.integer(a.isGiven(5) ? a.get(5) : a.get(3));
          int k = Axes.integer(a.isGiven(5) ? a.get(5) : a.get(4));
          Tensor x = numbers(components(t[0], i));
          Tensor y = numbers(components(t[1], j));
          int m = x.shape().intDim(-1);
          int n = y.shape().intDim(-1);
          if (m < 2 || m > 3 || n < 2 || n > 3) {
            throw new IllegalArgumentException(
                "expected vectors of 2 or 3 elements, got " + m + " and " + n);
          }
          Tensor z = minor(x, y, 0, 1);
          if (m == 2 && n == 2) {
            return z;
          }
          Tensor r = Prims.concat(
              List.of(
                  Prims.expandDims(minor(x, y, 1, 2), z.rank()),
                  Prims.expandDims(minor(x, y, 2, 0), z.rank()),
                  Prims.expandDims(z, z.rank())),
              z.rank());
          return Axes.moved(r, new int[] {z.rank()}, new int[] {Axes.one(k, r.rank())});
        },
        x1,
        x2,
        axisa,
        axisb,
        axisc,
        axis);
  }

  private static Tensor components(Tensor t, int axis) {
    return Axes.moved(t, new int[] {Axes.one(axis, t.rank())}, new int[] {t.rank() - 1});
  }

  private static Tensor minor(Tensor x, Tensor y, int i, int j) {
    return Prims.sub(
        Prims.mul(component(x, i), component(y, j)), Prims.mul(component(x, j), component(y, i)));
  }

  // the third component of a vector of two is 0
  private static Tensor component(Tensor x, int i) {
    int last = x.rank() - 1;
    Tensor c = Prims.slice(
        x, last, Math.min(i, x.shape().last() - 1), Math.min(i + 1, x.shape().last()));
    Tensor v = Prims.sum(c, last);
    return i < x.shape().last() ? v : Prims.zerosLike(v);
  }

  /** The correlation where both overlap wholly. */
  public static Tensor correlate(Object x1, Object x2) {
    return correlate(x1, x2, "valid");
  }

  /**
   * The cross-correlation of two vectors, a float ({@code keras.ops.correlate}): element {@code k} is
   * the sum of {@code x1[n + k] * conj(x2[n])} over {@code n}.
   *
   * @param mode {@code "valid"} for where both overlap wholly, {@code "full"} for all overlaps, {@code
   *     "same"} for the middle of these, as long as the longer vector
   */
  public static Tensor correlate(Object x1, Object x2, String mode) {
    return Op.call(
        "ops.correlate",
        a -> {
          Tensor[] t = Dtypes.promotedFloat(a, 0, 1);
          return correlation(t[0], t[1], a.text(2));
        },
        x1,
        x2,
        mode);
  }

  private static Tensor correlation(Tensor x, Tensor y, String mode) {
    if (x.rank() != 1 || y.rank() != 1) {
      throw new IllegalArgumentException(
          "expected two vectors, got shapes " + x.shape() + " and " + y.shape());
    }
    int m = x.shape().intDim(0);
    int n = y.shape().intDim(0);
    if (m == 0 || n == 0) {
      throw new IllegalArgumentException("a vector is empty");
    }
    int longer = Math.max(m, n);
    int shorter = Math.min(m, n);
    int from = switch (mode) {
      case "full" -> 0;
      case "same" -> (shorter - 1) / 2 + (m < n && shorter % 2 == 0 ? 1 : 0);
      case "valid" -> shorter - 1;
      default ->
        throw new IllegalArgumentException(
            "expected mode 'valid', 'same' or 'full', got '" + mode + "'");
    };
    int count =
        mode.equals("full") ? m + n - 1 : mode.equals("same") ? longer : longer - shorter + 1;
    // row k of the matrix is x from place from + k - (n - 1) on
    long[] pad = {n - 1L};
    Tensor padded = Prims.pad(x, 0, pad, pad);
    Tensor row = Prims.iota(Shape.of(count, n), 0, DType.INT32);
    Tensor column = Prims.iota(Shape.of(count, n), 1, DType.INT32);
    Tensor at = Prims.add(Prims.add(row, column), Prims.scalar(DType.INT32, (long) from));
    return contract(
        Prims.take(padded, at, 0), ElementaryOps.conjugated(y), new int[] {1}, new int[] {0});
  }
}
