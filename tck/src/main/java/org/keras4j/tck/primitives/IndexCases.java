package org.keras4j.tck.primitives;

import static org.keras4j.core.DType.*;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.primitive.GatherNd;
import org.keras4j.core.primitive.ScatterNd;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Take;
import org.keras4j.core.primitive.Take.OutOfBounds;

final class IndexCases {
  private IndexCases() {}

  static void add(Primitives to) {
    to.on("take", IndexCases::take);
    to.on("gatherNd", IndexCases::gatherNd);
    to.on("scatterNd", IndexCases::scatterNd);
  }

  private static final List<DType> ALL = List.of(
      BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FLOAT16, BFLOAT16, FLOAT32,
      FLOAT64, COMPLEX64);
  private static final float NAN = Float.NaN;

  private static long[] d(long... dims) {
    return dims;
  }

  private static NDArray a(DType t, long[] dims, long... values) {
    return ShapeCases.a(t, dims, values);
  }

  private static NDArray f(long[] dims, float... values) {
    return NDArray.of(values, values.length).reshape(dims);
  }

  static void take() {
    for (DType i : List.of(INT32, INT64)) {
      for (DType t : ALL) {
        NDArray x = a(t, d(2, 3), 1, 0, 1, 0, 1, 1);
        Runs.check(
            new Take(1, OutOfBounds.CLIP), List.of(x, a(i, d(2), 2, 0)), a(t, d(2, 2), 1, 1, 1, 0));
        Runs.check(new Take(0, OutOfBounds.CLIP), List.of(x, a(i, d(), 1)), a(t, d(3), 0, 1, 1));
        Runs.check(
            new Take(1, OutOfBounds.CLIP),
            List.of(x, a(i, d(2, 1), -4, 9)),
            a(t, d(2, 2, 1), 1, 1, 0, 1));
      }
      NDArray x = f(d(2, 3), 1, 2, 3, 4, 5, 6);
      Runs.check(
          new Take(0, OutOfBounds.FILL),
          List.of(x, a(i, d(3), 1, -1, 2)),
          f(d(3, 3), 4, 5, 6, NAN, NAN, NAN, NAN, NAN, NAN));
      Runs.check(
          new Take(1, OutOfBounds.FILL), List.of(x, a(i, d(2), 3, 1)), f(d(2, 2), NAN, 2, NAN, 5));
    }
    NDArray none = a(INT32, d(1), 5);
    Runs.check(
        new Take(0, OutOfBounds.FILL),
        List.of(a(INT32, d(2), 1, 2), none),
        a(INT32, d(1), Integer.MIN_VALUE));
    Runs.check(
        new Take(0, OutOfBounds.FILL),
        List.of(a(UINT16, d(2), 1, 2), none),
        a(UINT16, d(1), 65535));
    Runs.check(new Take(0, OutOfBounds.FILL), List.of(a(BOOL, d(2), 0, 0), none), a(BOOL, d(1), 1));
    Runs.check(new Take(0, OutOfBounds.FILL), List.of(f(d(0, 2)), none), f(d(1, 2), NAN, NAN));
    Runs.check(
        new Take(0, OutOfBounds.CLIP), List.of(f(d(2, 2), 1, 2, 3, 4), a(INT32, d(0))), f(d(0, 2)));
  }

  static void gatherNd() {
    for (DType t : ALL) {
      NDArray x = a(t, d(2, 3), 1, 0, 1, 0, 1, 1);
      Runs.check(new GatherNd(0), List.of(x, a(INT32, d(2, 2), 0, 2, 1, 0)), a(t, d(2), 1, 0));
      Runs.check(new GatherNd(0), List.of(x, a(INT64, d(1, 1), 1)), a(t, d(1, 3), 0, 1, 1));
      Runs.check(new GatherNd(1), List.of(x, a(INT32, d(2, 1), 2, 1)), a(t, d(2), 1, 1));
      Runs.check(new GatherNd(0), List.of(x, a(INT32, d(1, 2), 9, -9)), a(t, d(1), 0));
    }
    NDArray x = f(d(2, 2, 2), 0, 1, 2, 3, 4, 5, 6, 7);
    Runs.check(
        new GatherNd(1),
        List.of(x, a(INT32, d(2, 3, 1), 0, 1, 0, 1, 1, 0)),
        f(d(2, 3, 2), 0, 1, 2, 3, 0, 1, 6, 7, 6, 7, 4, 5));
    Runs.check(
        new GatherNd(2), List.of(x, a(INT32, d(2, 2, 1), 0, 1, 0, 1)), f(d(2, 2), 0, 3, 4, 7));
    Runs.check(
        new GatherNd(0), List.of(f(d(2), 8, 9), a(INT32, d(3, 0))), f(d(3, 2), 8, 9, 8, 9, 8, 9));
  }

  static void scatterNd() {
    for (DType t : ALL) {
      NDArray x = a(t, d(4), 1, 0, 1, 0);
      NDArray i = a(INT32, d(3, 1), 1, 3, 7);
      Runs.check(
          new ScatterNd(ScatterKind.SET),
          List.of(x, i, a(t, d(3), 1, 0, 1)),
          a(t, d(4), 1, 1, 1, 0));
      if (t.isBool()) {
        continue;
      }
      NDArray twice = a(INT64, d(3, 1), 1, 1, -1);
      NDArray y = a(t, d(4), 5, 2, 5, 5);
      Runs.check(
          new ScatterNd(ScatterKind.ADD),
          List.of(y, twice, a(t, d(3), 3, 4, 9)),
          a(t, d(4), 5, 9, 5, 5));
      if (!t.isComplex()) {
        Runs.check(
            new ScatterNd(ScatterKind.MUL),
            List.of(y, twice, a(t, d(3), 3, 4, 9)),
            a(t, d(4), 5, 24, 5, 5));
        Runs.check(
            new ScatterNd(ScatterKind.MIN),
            List.of(y, twice, a(t, d(3), 3, 1, 9)),
            a(t, d(4), 5, 1, 5, 5));
        Runs.check(
            new ScatterNd(ScatterKind.MAX),
            List.of(y, twice, a(t, d(3), 3, 1, 9)),
            a(t, d(4), 5, 3, 5, 5));
      }
    }
    NDArray x = f(d(2, 3), 1, 2, 3, 4, 5, 6);
    Runs.check(
        new ScatterNd(ScatterKind.ADD),
        List.of(x, a(INT32, d(2, 1), 1, 1), f(d(2, 3), 1, 1, 1, 2, 2, 2)),
        f(d(2, 3), 1, 2, 3, 7, 8, 9));
    Runs.check(
        new ScatterNd(ScatterKind.SET),
        List.of(x, a(INT32, d(1, 1, 2), 0, 2), f(d(1, 1), 30)),
        f(d(2, 3), 1, 2, 30, 4, 5, 6));
    Runs.check(
        new ScatterNd(ScatterKind.MAX),
        List.of(
            a(UINT32, d(2), 0xffffffffL, 1),
            a(INT32, d(2, 1), 0, 1),
            a(UINT32, d(2), 5, 0xfffffff0L)),
        a(UINT32, d(2), 0xffffffffL, 0xfffffff0L));
    // empty tuples meet the whole array
    Runs.check(
        new ScatterNd(ScatterKind.ADD),
        List.of(f(d(2), 1, 2), a(INT32, d(0)), f(d(2), 5, 5)),
        f(d(2), 6, 7));
    Runs.check(
        new ScatterNd(ScatterKind.SET),
        List.of(f(d(2), 1, 2), a(INT32, d(1, 0)), f(d(1, 2), 5, 6)),
        f(d(2), 5, 6));
    Runs.check(
        new ScatterNd(ScatterKind.SET),
        List.of(f(d(2), 1, 2), a(INT32, d(0, 1)), f(d(0))),
        f(d(2), 1, 2));
    Runs.check(
        new ScatterNd(ScatterKind.SET),
        List.of(f(d(0, 2)), a(INT32, d(1, 1), 0), f(d(1, 2), 3, 4)),
        f(d(0, 2)));
  }
}
