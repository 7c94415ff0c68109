package org.keras4j.tck.primitives;

import static org.keras4j.tck.primitives.Runs.array;
import static org.keras4j.tck.primitives.Runs.expect;
import static org.keras4j.tck.primitives.Runs.floats;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.GatherNd;
import org.keras4j.core.primitive.ScatterNd;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.Take;
import org.keras4j.core.primitive.Take.OutOfBounds;
import org.keras4j.core.primitive.TopK;

final class IndexCorners {
  private IndexCorners() {}

  static void add(Primitives to) {
    to.on("takes", IndexCorners::takes);
    to.on("gathers", IndexCorners::gathers);
    to.on("scatters", IndexCorners::scatters);
    to.on("sorts", IndexCorners::sorts);
    to.on("sortsOfTheSmallestNumbers", IndexCorners::sortsOfTheSmallestNumbers);
    to.on("largest", IndexCorners::largest);
  }

  private static final double NAN = Double.NaN;

  static void takes() {
    NDArray x = floats(new double[] {0, 1, 2, 3, 4, 5}, 3, 2);
    NDArray i = NDArray.of(new int[] {2, 0, -1, 9}, 2, 2);
    expect(
        new Take(0, OutOfBounds.CLIP),
        floats(new double[] {4, 5, 0, 1, 0, 1, 4, 5}, 2, 2, 2),
        x,
        i);
    expect(
        new Take(0, OutOfBounds.FILL),
        floats(new double[] {4, 5, 0, 1, NAN, NAN, NAN, NAN}, 2, 2, 2),
        x,
        i);
    NDArray long1 = NDArray.of(new long[] {1, 5});
    expect(
        new Take(1, OutOfBounds.FILL),
        floats(new double[] {1, NAN, 3, NAN, 5, NAN}, 3, 2),
        x,
        long1);
    NDArray out = NDArray.of(new int[] {7});
    expect(
        new Take(0, OutOfBounds.FILL),
        NDArray.of(new int[] {Integer.MIN_VALUE}),
        NDArray.of(new int[] {1}),
        out);
    expect(
        new Take(0, OutOfBounds.FILL),
        array(DType.UINT8, new double[] {255}, 1),
        array(DType.UINT8, new double[] {1}, 1),
        out);
    expect(
        new Take(0, OutOfBounds.FILL),
        NDArray.of(new boolean[] {true}),
        NDArray.of(new boolean[] {false}),
        out);
    expect(
        new Take(0, OutOfBounds.FILL),
        array(DType.INT4, new double[] {-8}, 1),
        array(DType.INT4, new double[] {1}, 1),
        out);
    expect(
        new Take(0, OutOfBounds.FILL),
        floats(new double[] {NAN}, 1),
        NDArray.zeros(DType.FLOAT32, Shape.of(0)),
        out);
    expect(
        new Take(0, OutOfBounds.CLIP),
        floats(new double[] {2, 3}, 2),
        x,
        NDArray.scalar(DType.INT32, 1L));
  }

  static void gathers() {
    NDArray x = floats(new double[] {0, 1, 2, 3, 4, 5, 6, 7}, 2, 2, 2);
    NDArray i = NDArray.of(new int[] {0, 1, 1, 0, 9, -1}, 3, 2);
    expect(new GatherNd(0), floats(new double[] {2, 3, 4, 5, 4, 5}, 3, 2), x, i);
    NDArray batched = NDArray.of(new int[] {1, 0, 0, 1}, 2, 2, 1);
    expect(new GatherNd(1), floats(new double[] {2, 3, 0, 1, 4, 5, 6, 7}, 2, 2, 2), x, batched);
    NDArray two = NDArray.of(new int[] {1, 0, 0, 0, 1, 1, 1, 0}, 2, 2, 2, 1);
    expect(new GatherNd(2), floats(new double[] {1, 0, 2, 2, 5, 5, 7, 6}, 2, 2, 2), x, two);
    expect(
        new GatherNd(0),
        floats(new double[] {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7}, 2, 2, 2, 2),
        x,
        NDArray.zeros(DType.INT32, Shape.of(2, 0)));
  }

  static void scatters() {
    NDArray x = floats(new double[] {1, 2, 3, 4}, 4);
    NDArray i = NDArray.of(new int[] {1, 3, 1, 7, -1}, 5, 1);
    NDArray u = floats(new double[] {10, 20, 30, 40, 50}, 5);
    expect(new ScatterNd(ScatterKind.ADD), floats(new double[] {1, 42, 3, 24}, 4), x, i, u);
    expect(new ScatterNd(ScatterKind.MUL), floats(new double[] {1, 600, 3, 80}, 4), x, i, u);
    expect(new ScatterNd(ScatterKind.MAX), floats(new double[] {1, 30, 3, 20}, 4), x, i, u);
    expect(new ScatterNd(ScatterKind.MIN), floats(new double[] {1, 2, 3, 4}, 4), x, i, u);
    NDArray once = NDArray.of(new long[] {1, 9}, 2, 1);
    expect(
        new ScatterNd(ScatterKind.SET),
        floats(new double[] {1, 10, 3, 4}, 4),
        x,
        once,
        floats(new double[] {10, 20}, 2));
    NDArray m = floats(new double[] {0, 0, 0, 0, 0, 0}, 2, 3);
    NDArray at = NDArray.of(new int[] {0, 2, 1, 1, 0, 3}, 3, 2);
    expect(
        new ScatterNd(ScatterKind.ADD),
        floats(new double[] {0, 0, 1, 0, 2, 0}, 2, 3),
        m,
        at,
        floats(new double[] {1, 2, 3}, 3));
    expect(
        new ScatterNd(ScatterKind.MUL),
        floats(new double[] {0, 0, 0, 0, 0, 0}, 2, 3),
        m,
        at,
        floats(new double[] {1, 2, 3}, 3));
    expect(
        new ScatterNd(ScatterKind.ADD),
        floats(new double[] {1, 0, 10, 0, 2, 4}, 2, 3),
        m,
        NDArray.of(new int[] {0, 0, 1, 1, 0, 2, 1, 2, 0, 2, 0, 3, 2, 0, -1, 1}, 8, 2),
        floats(new double[] {1, 2, 3, 4, 7, 5, 6, 8}, 8));
    NDArray rows = NDArray.of(new int[] {1}, 1, 1);
    expect(
        new ScatterNd(ScatterKind.SET),
        floats(new double[] {0, 0, 0, 7, 8, 9}, 2, 3),
        m,
        rows,
        floats(new double[] {7, 8, 9}, 1, 3));
    NDArray all = NDArray.zeros(DType.INT32, Shape.of(0));
    expect(
        new ScatterNd(ScatterKind.ADD),
        floats(new double[] {2, 3, 4, 5}, 4),
        x,
        all,
        floats(new double[] {1, 1, 1, 1}, 4));
    for (DType t : DType.values()) {
      if (t == DType.STRING || t == DType.BOOL || t.isComplex()) {
        continue;
      }
      NDArray a = array(t, new double[] {1, 2}, 2);
      NDArray idx = NDArray.of(new int[] {1, 1}, 2, 1);
      NDArray up = array(t, new double[] {2, 1}, 2);
      expect(new ScatterNd(ScatterKind.ADD), array(t, new double[] {1, 5}, 2), a, idx, up);
      expect(new ScatterNd(ScatterKind.MUL), array(t, new double[] {1, 4}, 2), a, idx, up);
      expect(new ScatterNd(ScatterKind.MAX), array(t, new double[] {1, 2}, 2), a, idx, up);
    }
    NDArray b = NDArray.of(new boolean[] {false, false});
    expect(
        new ScatterNd(ScatterKind.SET),
        NDArray.of(new boolean[] {false, true}),
        b,
        rows,
        NDArray.of(new boolean[] {true}, 1));
  }

  static void sorts() {
    double[] v = {3, NAN, -1, 3, Double.NEGATIVE_INFINITY, 0, -0.0, Double.POSITIVE_INFINITY};
    double[] up = {Double.NEGATIVE_INFINITY, -1, 0, -0.0, 3, 3, Double.POSITIVE_INFINITY, NAN};
    double[] down = {Double.POSITIVE_INFINITY, 3, 3, 0, -0.0, -1, Double.NEGATIVE_INFINITY, NAN};
    NDArray n = NDArray.of(new int[] {0, 1, 2, 3, 4, 5, 6, 7});
    for (DType t : new DType[] {DType.FLOAT16, DType.BFLOAT16, DType.FLOAT32, DType.FLOAT64}) {
      NDArray x = array(t, v, 8);
      expect(
          new Sort(0, false),
          java.util.List.of(array(t, up, 8), NDArray.of(new int[] {4, 2, 5, 6, 0, 3, 7, 1})),
          x,
          n);
      expect(
          new Sort(0, true),
          java.util.List.of(array(t, down, 8), NDArray.of(new int[] {7, 0, 3, 5, 6, 2, 4, 1})),
          x,
          n);
    }
    for (DType t : DType.values()) {
      if (t.isInteger()) {
        NDArray x = array(t, new double[] {3, 1, 2, 1}, 2, 2);
        expect(new Sort(1, false), array(t, new double[] {1, 3, 1, 2}, 2, 2), x);
        expect(new Sort(0, false), array(t, new double[] {2, 1, 3, 1}, 2, 2), x);
        expect(new Sort(0, true), array(t, new double[] {3, 1, 2, 1}, 2, 2), x);
      }
    }
    NDArray least = NDArray.of(new int[] {0, Integer.MIN_VALUE, Integer.MAX_VALUE});
    expect(
        new Sort(0, false), NDArray.of(new int[] {Integer.MIN_VALUE, 0, Integer.MAX_VALUE}), least);
    NDArray huge = NDArray.of(new long[] {-1, 0, 5}).astype(DType.UINT64);
    expect(new Sort(0, true), NDArray.of(new long[] {-1, 5, 0}).astype(DType.UINT64), huge);
    expect(
        new Sort(0, false),
        NDArray.of(new boolean[] {false, true, true}),
        NDArray.of(new boolean[] {true, false, true}));
    expect(
        new Sort(1, false),
        floats(new double[] {1, 2, 0, 5}, 2, 2),
        floats(new double[] {2, 1, 5, 0}, 2, 2));
  }

  static void sortsOfTheSmallestNumbers() {
    NDArray tiny = floats(new double[] {0, Float.MIN_VALUE, -Float.MIN_VALUE, -0.0}, 4);
    expect(
        new Sort(0, false),
        java.util.List.of(
            floats(new double[] {-Float.MIN_VALUE, 0, -0.0, Float.MIN_VALUE}, 4),
            NDArray.of(new int[] {2, 0, 3, 1})),
        tiny,
        NDArray.of(new int[] {0, 1, 2, 3}));
  }

  static void largest() {
    NDArray x = floats(new double[] {1, 5, 3, 5, 2, 2, 2, 2}, 2, 4);
    expect(
        new TopK(3),
        java.util.List.of(
            floats(new double[] {5, 5, 3, 2, 2, 2}, 2, 3),
            NDArray.of(new int[] {1, 3, 2, 0, 1, 2}, 2, 3)),
        x);
    NDArray i = array(DType.UINT8, new double[] {200, 3, 255}, 3);
    expect(
        new TopK(1),
        java.util.List.of(array(DType.UINT8, new double[] {255}, 1), NDArray.of(new int[] {2})),
        i);
  }
}
