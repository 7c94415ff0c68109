package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.GatherNd;
import org.keras4j.core.primitive.ScatterNd;
import org.keras4j.core.primitive.Take;

final class IndexExamples {
  private IndexExamples() {}

  static void add(Primitives to) {
    to.on("takeClips", IndexExamples::takeClips);
    to.on("takeFills", IndexExamples::takeFills);
    to.on("gathers", IndexExamples::gathers);
    to.on("scatters", IndexExamples::scatters);
  }

  private static final NDArray X = Runs.floats(new double[] {0, 1, 2, 3, 4, 5}, 2, 3);

  static void takeClips() {
    NDArray i = NDArray.of(new int[] {2, -1, 7, 1}, 2, 2);
    NDArray r = Runs.one(new Take(1, Take.OutOfBounds.CLIP), X, i);
    assertEquals(Shape.of(2, 2, 2), r.shape());
    Runs.close(0, r, 2, 0, 2, 1, 5, 3, 5, 4);
    Runs.close(
        0,
        Runs.one(new Take(0, Take.OutOfBounds.CLIP), X, NDArray.scalar(DType.INT64, 9L)),
        3,
        4,
        5);
  }

  static void takeFills() {
    NDArray i = NDArray.of(new long[] {1, -1, 3});
    Runs.close(
        0,
        Runs.one(new Take(1, Take.OutOfBounds.FILL), X, i),
        1,
        Double.NaN,
        Double.NaN,
        4,
        Double.NaN,
        Double.NaN);
    NDArray ints = NDArray.of(new int[] {5, 6});
    Runs.exact(
        Runs.one(new Take(0, Take.OutOfBounds.FILL), ints, i),
        6,
        Integer.MIN_VALUE,
        Integer.MIN_VALUE);
    NDArray bytes = ints.astype(DType.UINT8);
    Runs.exact(Runs.one(new Take(0, Take.OutOfBounds.FILL), bytes, i), 6, 255, 255);
    NDArray empty = NDArray.zeros(DType.FLOAT32, Shape.of(0, 2));
    Runs.close(
        0,
        Runs.one(new Take(0, Take.OutOfBounds.FILL), empty, NDArray.of(new int[] {0})),
        Double.NaN,
        Double.NaN);
  }

  static void gathers() {
    NDArray i = NDArray.of(new int[] {1, 2, 0, 0, 5, -3}, 3, 2);
    Runs.close(0, Runs.one(new GatherNd(0), X, i), 5, 0, 3);
    NDArray rows = NDArray.of(new int[] {1, 0}, 2, 1);
    Runs.close(0, Runs.one(new GatherNd(0), X, rows), 3, 4, 5, 0, 1, 2);
    NDArray perRow = NDArray.of(new int[] {2, 0, 1, 1}, 2, 2, 1);
    Runs.close(0, Runs.one(new GatherNd(1), X, perRow), 2, 0, 4, 4);
    NDArray none = NDArray.zeros(DType.INT32, Shape.of(2, 0));
    Runs.close(0, Runs.one(new GatherNd(0), Runs.floats(new double[] {7}), none), 7, 7);
  }

  static void scatters() {
    NDArray i = NDArray.of(new int[] {0, 2, 1, 1, 0, 2, 4, 0, -1, 0}, 5, 2);
    NDArray u = Runs.floats(new double[] {10, 20, 30, 40, 50});
    Runs.close(0, Runs.one(new ScatterNd(ScatterNd.ScatterKind.ADD), X, i, u), 0, 1, 42, 3, 24, 5);
    Runs.close(0, Runs.one(new ScatterNd(ScatterNd.ScatterKind.MUL), X, i, u), 0, 1, 600, 3, 80, 5);
    Runs.close(0, Runs.one(new ScatterNd(ScatterNd.ScatterKind.MIN), X, i, u), 0, 1, 2, 3, 4, 5);
    Runs.close(0, Runs.one(new ScatterNd(ScatterNd.ScatterKind.MAX), X, i, u), 0, 1, 30, 3, 20, 5);
    NDArray row = NDArray.of(new long[] {1}, 1, 1);
    NDArray values = Runs.floats(new double[] {7, 8, 9}, 1, 3);
    Runs.close(
        0, Runs.one(new ScatterNd(ScatterNd.ScatterKind.SET), X, row, values), 0, 1, 2, 7, 8, 9);
  }
}
