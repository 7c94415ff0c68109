package org.keras4j.tck.primitives;

import static org.keras4j.tck.primitives.Runs.array;
import static org.keras4j.tck.primitives.Runs.expect;
import static org.keras4j.tck.primitives.Runs.floats;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Reduce.ReduceKind;

final class ReduceCorners {
  private ReduceCorners() {}

  static void add(Primitives to) {
    to.on("sumsOfAllAxesButTheLast", ReduceCorners::sumsOfAllAxesButTheLast);
    to.on("folds", ReduceCorners::folds);
    to.on("unknownSizes", ReduceCorners::unknownSizes);
    to.on("notANumberWins", ReduceCorners::notANumberWins);
    to.on("nothingToFold", ReduceCorners::nothingToFold);
    to.on("smallFloatsKeepTheirSums", ReduceCorners::smallFloatsKeepTheirSums);
    to.on("manyAxes", ReduceCorners::manyAxes);
  }

  private static final double NAN = Double.NaN;

  static void sumsOfAllAxesButTheLast() {
    Reduce sum = new Reduce(ReduceKind.SUM, IntList.of(0, 1));
    double inf = Double.POSITIVE_INFINITY;
    for (int n : new int[] {1, 3, 8, 9}) { // rows of 8 and more have a kernel of their own
      double[] x = new double[4 * n];
      double[] y = new double[n];
      for (int i = 0; i < x.length; i++) {
        x[i] = i == 0 ? inf : i == 4 * n - 2 ? NAN : i;
        y[i % n] += x[i];
      }
      for (DType t : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16}) {
        expect(sum, array(t, y, n), array(t, x, 2, 2, n));
        expect(sum, array(t, new double[n], n), array(t, new double[0], 0, 2, n));
      }
    }
  }

  static void folds() {
    for (DType t : DType.values()) {
      if (t == DType.STRING || t.isBool() || t == DType.INT4) {
        continue;
      }
      NDArray x = array(t, new double[] {1, 2, 3, 2, 1, 1}, 2, 3);
      expect(new Reduce(ReduceKind.SUM, IntList.of(1)), array(t, new double[] {6, 4}, 2), x);
      expect(new Reduce(ReduceKind.PROD, IntList.of(0)), array(t, new double[] {2, 2, 3}, 3), x);
      if (!t.isComplex()) {
        expect(
            new Reduce(ReduceKind.MAX, IntList.of(0, 1)),
            array(t, new double[] {3}).reshape(),
            x);
        expect(new Reduce(ReduceKind.MIN, IntList.of(1)), array(t, new double[] {1, 1}, 2), x);
        expect(
            new Cumulative(CumulativeKind.MAX, 1, false),
            array(t, new double[] {1, 2, 3, 2, 2, 2}, 2, 3),
            x);
        expect(
            new Cumulative(CumulativeKind.MIN, 1, true),
            array(t, new double[] {1, 2, 3, 1, 1, 1}, 2, 3),
            x);
        expect(new ArgReduce(true, 1), NDArray.of(new int[] {2, 0}), x);
        expect(new ArgReduce(false, 1), NDArray.of(new int[] {0, 1}), x);
      }
      expect(
          new Cumulative(CumulativeKind.SUM, 1, false),
          array(t, new double[] {1, 3, 6, 2, 3, 4}, 2, 3),
          x);
      expect(
          new Cumulative(CumulativeKind.PROD, 1, true),
          array(t, new double[] {6, 6, 3, 2, 1, 1}, 2, 3),
          x);
      if (t.isInteger()) {
        expect(new Reduce(ReduceKind.AND, IntList.of(1)), array(t, new double[] {0, 0}, 2), x);
        expect(
            new Reduce(ReduceKind.OR, IntList.of(0, 1)),
            array(t, new double[] {3}).reshape(),
            x);
      }
    }
    NDArray b = NDArray.of(new boolean[] {true, false, true, true}, 2, 2);
    expect(new Reduce(ReduceKind.AND, IntList.of(1)), NDArray.of(new boolean[] {false, true}), b);
    expect(new Reduce(ReduceKind.OR, IntList.of(0)), NDArray.of(new boolean[] {true, true}), b);
    expect(new Reduce(ReduceKind.MAX, IntList.of(1)), NDArray.of(new boolean[] {true, true}), b);
    expect(new Reduce(ReduceKind.MIN, IntList.of(1)), NDArray.of(new boolean[] {false, true}), b);
  }

  static void unknownSizes() {
    NDArray x = NDArray.of(new int[] {7, 3, 5, 6, 1, 2}, 3, 2);
    expect(
        new Reduce(ReduceKind.AND, IntList.of(0)), NDArray.of(new int[] {7 & 5 & 1, 3 & 6 & 2}), x);
    expect(new Reduce(ReduceKind.SUM, IntList.of(0)), NDArray.of(new int[] {13, 11}), x);
    expect(
        new Cumulative(CumulativeKind.MAX, 0, false),
        NDArray.of(new int[] {7, 3, 7, 6, 7, 6}, 3, 2),
        x);
    expect(
        new Cumulative(CumulativeKind.MIN, 0, true),
        NDArray.of(new int[] {1, 2, 1, 2, 1, 2}, 3, 2),
        x);
    expect(new ArgReduce(true, 0), NDArray.of(new int[] {0, 1}), x);
  }

  static void notANumberWins() {
    NDArray x = floats(new double[] {1, NAN, 3, 4, 5, 6}, 2, 3);
    expect(new Reduce(ReduceKind.MAX, IntList.of(1)), floats(new double[] {NAN, 6}, 2), x);
    expect(new Reduce(ReduceKind.MIN, IntList.of(1)), floats(new double[] {NAN, 4}, 2), x);
    expect(new ArgReduce(true, 1), NDArray.of(new int[] {1, 2}), x);
    expect(new ArgReduce(false, 1), NDArray.of(new int[] {1, 0}), x);
    expect(
        new Cumulative(CumulativeKind.MAX, 1, false),
        floats(new double[] {1, NAN, NAN, 4, 5, 6}, 2, 3),
        x);
    expect(
        new Cumulative(CumulativeKind.MIN, 1, true),
        floats(new double[] {NAN, NAN, 3, 4, 5, 6}, 2, 3),
        x);
  }

  static void nothingToFold() {
    NDArray none = NDArray.zeros(DType.FLOAT32, Shape.of(2, 0));
    expect(new Reduce(ReduceKind.SUM, IntList.of(1)), floats(new double[] {0, 0}, 2), none);
    expect(new Reduce(ReduceKind.PROD, IntList.of(1)), floats(new double[] {1, 1}, 2), none);
    double inf = Double.POSITIVE_INFINITY;
    expect(new Reduce(ReduceKind.MAX, IntList.of(1)), floats(new double[] {-inf, -inf}, 2), none);
    expect(new Reduce(ReduceKind.MIN, IntList.of(1)), floats(new double[] {inf, inf}, 2), none);
    NDArray ints = NDArray.zeros(DType.INT32, Shape.of(2, 0));
    expect(new Reduce(ReduceKind.AND, IntList.of(1)), NDArray.of(new int[] {-1, -1}), ints);
    expect(new Reduce(ReduceKind.OR, IntList.of(1)), NDArray.of(new int[] {0, 0}), ints);
    expect(
        new Reduce(ReduceKind.MAX, IntList.of(1)),
        NDArray.of(new int[] {Integer.MIN_VALUE, Integer.MIN_VALUE}),
        ints);
    NDArray x = floats(new double[] {1, 2}, 2);
    expect(new Reduce(ReduceKind.SUM, IntList.of()), x, x);
    expect(new Cumulative(CumulativeKind.MAX, 1, false), none, none);
  }

  static void smallFloatsKeepTheirSums() {
    NDArray x = NDArray.zeros(DType.FLOAT16, Shape.of(5000));
    for (int i = 0; i < 5000; i++) {
      x.setDouble(i, 0.1);
    }
    expect(new Reduce(ReduceKind.SUM, IntList.of(0)), NDArray.scalar(DType.FLOAT16, 499.88), x);
  }

  static void manyAxes() {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(1, 2, 1, 2, 1, 2, 1, 2, 1));
    for (int i = 0; i < 16; i++) {
      x.setDouble(i, i);
    }
    NDArray y = NDArray.zeros(DType.FLOAT32, Shape.of(1, 2, 1, 1, 1));
    y.setDouble(0, 28);
    y.setDouble(1, 92);
    expect(new Reduce(ReduceKind.SUM, IntList.of(3, 5, 6, 7)), y, x);
    NDArray at = NDArray.zeros(DType.INT32, Shape.of(1, 1, 2, 1, 2, 1, 2, 1));
    for (int i = 0; i < 8; i++) {
      at.setLong(i, 1);
    }
    expect(new ArgReduce(true, 1), at, x);
  }
}
