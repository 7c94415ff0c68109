package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Sort;

/** Codes of class numbers as sparse tensors: an entry for each number, none where a number is no class. */
public final class SparseCodes {
  private SparseCodes() {}

  /**
   * 1 at the place of each number along a new axis.
   *
   * @param numbers of any shape, even unknown
   * @param axis where the new axis stands
   */
  public static SparseTensor oneHot(Tensor numbers, int classes, int axis, DType dtype) {
    Tensor x = whole(numbers);
    return codes(x, classes, axis, true, isClass(x, classes), dtype);
  }

  /**
   * Which classes are among the numbers of each row, each once.
   *
   * @param x integers {@code (n)} or {@code (batch, n)}
   */
  public static SparseTensor multiHot(Tensor x, int classes, DType dtype) {
    requireRows(x);
    int last = x.rank() - 1;
    Tensor sorted = Engine.bind1(new Sort(last, false), whole(x));
    Tensor places = Prims.iotaOf(sorted, last, DType.INT32);
    Tensor before = Prims.max(Prims.sub(places, 1), Prims.scalar(DType.INT32, 0L));
    Tensor first = Prims.or(
        Prims.ne(sorted, Prims.take(sorted, before, last)),
        Prims.eq(places, Prims.scalar(DType.INT32, 0L)));
    Tensor counts = Prims.and(first, isClass(sorted, classes));
    return codes(sorted, classes, last, false, counts, dtype);
  }

  /**
   * How often each class is among the numbers of each row.
   *
   * @param numbers integers {@code (n)} or {@code (batch, n)}
   * @param weights what each number adds, of their shape; null for 1
   */
  public static SparseTensor count(
      Tensor numbers, int classes, @Nullable Tensor weights, DType dtype) {
    requireRows(numbers);
    Tensor x = whole(numbers);
    Tensor is = isClass(x, classes);
    Tensor each = weights == null ? is : Prims.select(is, weights, Prims.zerosLike(weights));
    return codes(x, classes, x.rank() - 1, false, each, dtype);
  }

  // of a dtype that holds any number of classes
  private static Tensor whole(Tensor x) {
    return x.dtype().isInteger() || x.dtype().isBool() ? ArrayLike.convert(x, DType.INT64) : x;
  }

  private static void requireRows(Tensor x) {
    if (x.rank() != 1 && x.rank() != 2) {
      throw new IllegalArgumentException(
          "sparse codes of sets expect numbers (n) or (batch, n), got shape " + x.shape());
    }
  }

  private static Tensor isClass(Tensor x, int classes) {
    Tensor is =
        Prims.and(Prims.ge(x, Prims.scalarLike(x, 0)), Prims.lt(x, Prims.scalarLike(x, classes)));
    return x.dtype().isFloat()
        ? Prims.and(is, Prims.eq(x, Prims.convert(Prims.convert(x, DType.INT32), x.dtype())))
        : is;
  }

  /**
   * An entry for each number.
   *
   * @param axis where the classes stand
   * @param added whether that is a new axis, or in the place of one
   * @param values of the entries, bools or numbers, 0 for those that are no class
   */
  private static SparseTensor codes(
      Tensor x, int classes, int axis, boolean added, Tensor values, DType dtype) {
    Tensor is = isClass(x, classes);
    Tensor number =
        Prims.select(is, Prims.convert(x, DType.INT32), Prims.fullLike(x, DType.INT32, 0));
    List<Tensor> columns = new ArrayList<>();
    for (int a = 0; a < x.rank(); a++) {
      int[] others = new int[x.rank() - 1];
      for (int b = 0, k = 0; b < x.rank(); b++) {
        if (b != a) {
          others[k++] = b;
        }
      }
      Tensor i = Prims.iotaOf(x, a, DType.INT32);
      columns.add(column(Prims.broadcastLike(Prims.expandDims(i, others), number)));
    }
    if (added) {
      columns.add(axis, column(number));
    } else {
      columns.set(axis, column(number));
    }
    return new SparseTensor(
        Prims.concat(columns, 1),
        Prims.reshape(ArrayLike.convert(values, dtype), -1),
        added ? x.shape().insert(axis, classes) : x.shape().with(axis, classes));
  }

  private static Tensor column(Tensor t) {
    return Prims.expandDims(Prims.reshape(t, -1), 1);
  }
}
