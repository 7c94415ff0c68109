package org.keras4j.backend.tensorflow;

import static org.keras4j.backend.tensorflow.Primitives.array;
import static org.keras4j.backend.tensorflow.Primitives.check;
import static org.keras4j.backend.tensorflow.Primitives.checkAll;
import static org.keras4j.backend.tensorflow.Primitives.floats;

import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Reduce.ReduceKind;

class ReductionsTest {
  private static final double NAN = Double.NaN;

  @Test
  void sumsOfAllAxesButTheLast() {
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
        check(sum, array(t, y, n), array(t, x, 2, 2, n));
        check(sum, array(t, new double[n], n), array(t, new double[0], 0, 2, n));
      }
    }
  }

  @Test
  void folds() {
    for (DType t : DType.values()) {
      if (t == DType.STRING || t.isBool() || t == DType.INT4) {
        continue;
      }
      NDArray x = array(t, new double[] {1, 2, 3, 2, 1, 1}, 2, 3);
      check(new Reduce(ReduceKind.SUM, IntList.of(1)), array(t, new double[] {6, 4}, 2), x);
      check(new Reduce(ReduceKind.PROD, IntList.of(0)), array(t, new double[] {2, 2, 3}, 3), x);
      if (!t.isComplex()) {
        check(
            new Reduce(ReduceKind.MAX, IntList.of(0, 1)),
            array(t, new double[] {3}).reshape(),
            x);
        check(new Reduce(ReduceKind.MIN, IntList.of(1)), array(t, new double[] {1, 1}, 2), x);
        check(
            new Cumulative(CumulativeKind.MAX, 1, false),
            array(t, new double[] {1, 2, 3, 2, 2, 2}, 2, 3),
            x);
        check(
            new Cumulative(CumulativeKind.MIN, 1, true),
            array(t, new double[] {1, 2, 3, 1, 1, 1}, 2, 3),
            x);
        check(new ArgReduce(true, 1), NDArray.of(new int[] {2, 0}), x);
        check(new ArgReduce(false, 1), NDArray.of(new int[] {0, 1}), x);
      }
      check(
          new Cumulative(CumulativeKind.SUM, 1, false),
          array(t, new double[] {1, 3, 6, 2, 3, 4}, 2, 3),
          x);
      check(
          new Cumulative(CumulativeKind.PROD, 1, true),
          array(t, new double[] {6, 6, 3, 2, 1, 1}, 2, 3),
          x);
      if (t.isInteger()) {
        check(new Reduce(ReduceKind.AND, IntList.of(1)), array(t, new double[] {0, 0}, 2), x);
        check(
            new Reduce(ReduceKind.OR, IntList.of(0, 1)),
            array(t, new double[] {3}).reshape(),
            x);
      }
    }
    NDArray b = NDArray.of(new boolean[] {true, false, true, true}, 2, 2);
    checkAll(new Reduce(ReduceKind.AND, IntList.of(1)), NDArray.of(new boolean[] {false, true}), b);
    checkAll(new Reduce(ReduceKind.OR, IntList.of(0)), NDArray.of(new boolean[] {true, true}), b);
    check(new Reduce(ReduceKind.MAX, IntList.of(1)), NDArray.of(new boolean[] {true, true}), b);
    check(new Reduce(ReduceKind.MIN, IntList.of(1)), NDArray.of(new boolean[] {false, true}), b);
  }

  @Test
  void unknownSizes() {
    NDArray x = NDArray.of(new int[] {7, 3, 5, 6, 1, 2}, 3, 2);
    checkAll(
        new Reduce(ReduceKind.AND, IntList.of(0)), NDArray.of(new int[] {7 & 5 & 1, 3 & 6 & 2}), x);
    checkAll(new Reduce(ReduceKind.SUM, IntList.of(0)), NDArray.of(new int[] {13, 11}), x);
    checkAll(
        new Cumulative(CumulativeKind.MAX, 0, false),
        NDArray.of(new int[] {7, 3, 7, 6, 7, 6}, 3, 2),
        x);
    checkAll(
        new Cumulative(CumulativeKind.MIN, 0, true),
        NDArray.of(new int[] {1, 2, 1, 2, 1, 2}, 3, 2),
        x);
    checkAll(new ArgReduce(true, 0), NDArray.of(new int[] {0, 1}), x);
  }

  @Test
  void notANumberWins() {
    NDArray x = floats(new double[] {1, NAN, 3, 4, 5, 6}, 2, 3);
    check(new Reduce(ReduceKind.MAX, IntList.of(1)), floats(new double[] {NAN, 6}, 2), x);
    check(new Reduce(ReduceKind.MIN, IntList.of(1)), floats(new double[] {NAN, 4}, 2), x);
    check(new ArgReduce(true, 1), NDArray.of(new int[] {1, 2}), x);
    check(new ArgReduce(false, 1), NDArray.of(new int[] {1, 0}), x);
    check(
        new Cumulative(CumulativeKind.MAX, 1, false),
        floats(new double[] {1, NAN, NAN, 4, 5, 6}, 2, 3),
        x);
    check(
        new Cumulative(CumulativeKind.MIN, 1, true),
        floats(new double[] {NAN, NAN, 3, 4, 5, 6}, 2, 3),
        x);
  }

  @Test
  void nothingToFold() {
    NDArray none = NDArray.zeros(DType.FLOAT32, Shape.of(2, 0));
    check(new Reduce(ReduceKind.SUM, IntList.of(1)), floats(new double[] {0, 0}, 2), none);
    check(new Reduce(ReduceKind.PROD, IntList.of(1)), floats(new double[] {1, 1}, 2), none);
    double inf = Double.POSITIVE_INFINITY;
    check(new Reduce(ReduceKind.MAX, IntList.of(1)), floats(new double[] {-inf, -inf}, 2), none);
    check(new Reduce(ReduceKind.MIN, IntList.of(1)), floats(new double[] {inf, inf}, 2), none);
    NDArray ints = NDArray.zeros(DType.INT32, Shape.of(2, 0));
    check(new Reduce(ReduceKind.AND, IntList.of(1)), NDArray.of(new int[] {-1, -1}), ints);
    check(new Reduce(ReduceKind.OR, IntList.of(1)), NDArray.of(new int[] {0, 0}), ints);
    check(
        new Reduce(ReduceKind.MAX, IntList.of(1)),
        NDArray.of(new int[] {Integer.MIN_VALUE, Integer.MIN_VALUE}),
        ints);
    NDArray x = floats(new double[] {1, 2}, 2);
    check(new Reduce(ReduceKind.SUM, IntList.of()), x, x);
    check(new Cumulative(CumulativeKind.MAX, 1, false), none, none);
  }

  @Test
  void smallFloatsKeepTheirSums() {
    NDArray x = NDArray.zeros(DType.FLOAT16, Shape.of(5000));
    for (int i = 0; i < 5000; i++) {
      x.setDouble(i, 0.1);
    }
    check(new Reduce(ReduceKind.SUM, IntList.of(0)), NDArray.scalar(DType.FLOAT16, 499.88), x);
  }

  @Test
  void manyAxes() {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(1, 2, 1, 2, 1, 2, 1, 2, 1));
    for (int i = 0; i < 16; i++) {
      x.setDouble(i, i);
    }
    NDArray y = NDArray.zeros(DType.FLOAT32, Shape.of(1, 2, 1, 1, 1));
    y.setDouble(0, 28);
    y.setDouble(1, 92);
    check(new Reduce(ReduceKind.SUM, IntList.of(3, 5, 6, 7)), y, x);
    NDArray at = NDArray.zeros(DType.INT32, Shape.of(1, 1, 2, 1, 2, 1, 2, 1));
    for (int i = 0; i < 8; i++) {
      at.setLong(i, 1);
    }
    check(new ArgReduce(true, 1), at, x);
  }
}
