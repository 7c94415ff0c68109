package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.ArgReduce;
import org.keras4j.core.primitive.Cumulative;
import org.keras4j.core.primitive.Cumulative.CumulativeKind;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.Sort;
import org.keras4j.core.primitive.TopK;
import org.keras4j.core.primitive.Window;
import org.keras4j.core.primitive.WindowSelectAdd;

final class FoldExamples {
  private FoldExamples() {}

  static void add(Primitives to) {
    to.on("reduces", FoldExamples::reduces);
    to.on("emptyFoldsGiveTheIdentity", FoldExamples::emptyFoldsGiveTheIdentity);
    to.on("manySmallHalvesAddUp", FoldExamples::manySmallHalvesAddUp);
    to.on("positionsOfExtremes", FoldExamples::positionsOfExtremes);
    to.on("cumulates", FoldExamples::cumulates);
    to.on("sorts", FoldExamples::sorts);
    to.on("topK", FoldExamples::topK);
    to.on("windows", FoldExamples::windows);
    to.on("gradientOfMaxWindows", FoldExamples::gradientOfMaxWindows);
    to.on("foldsOverSeveralLeadingAxes", FoldExamples::foldsOverSeveralLeadingAxes);
    to.on("paddingIsNeverTheGreatest", FoldExamples::paddingIsNeverTheGreatest);
  }

  private static final double NAN = Double.NaN;

  static void reduces() {
    NDArray x = Runs.floats(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Runs.close(0, Runs.one(new Reduce(ReduceKind.SUM, IntList.of(0)), x), 5, 7, 9);
    Runs.close(0, Runs.one(new Reduce(ReduceKind.PROD, IntList.of(1)), x), 6, 120);
    Runs.close(0, Runs.one(new Reduce(ReduceKind.MAX, IntList.of(0, 1)), x), 6);
    Runs.close(0, Runs.one(new Reduce(ReduceKind.SUM, IntList.of()), x), 1, 2, 3, 4, 5, 6);
    NDArray n = Runs.floats(new double[] {1, NAN, 3, 4}, 2, 2);
    Runs.close(0, Runs.one(new Reduce(ReduceKind.MAX, IntList.of(1)), n), NAN, 4);
    Runs.close(0, Runs.one(new Reduce(ReduceKind.MIN, IntList.of(0)), n), 1, NAN);
    NDArray b = NDArray.of(new boolean[] {true, false, true, true}, 2, 2);
    Runs.exact(Runs.one(new Reduce(ReduceKind.AND, IntList.of(1)), b), false, true);
    Runs.exact(Runs.one(new Reduce(ReduceKind.OR, IntList.of(1)), b), true, true);
    Runs.exact(Runs.one(new Reduce(ReduceKind.MAX, IntList.of(0)), b), true, true);
    NDArray i = NDArray.of(new int[] {12, 10, 6});
    Runs.exact(Runs.one(new Reduce(ReduceKind.AND, IntList.of(0)), i), 0);
    Runs.exact(Runs.one(new Reduce(ReduceKind.OR, IntList.of(0)), i), 14);
    Runs.exact(Runs.one(new Reduce(ReduceKind.MIN, IntList.of(0)), i.astype(DType.UINT64)), 6);
  }

  static void emptyFoldsGiveTheIdentity() {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(0, 2));
    Runs.close(0, Runs.one(new Reduce(ReduceKind.SUM, IntList.of(0)), x), 0, 0);
    Runs.close(0, Runs.one(new Reduce(ReduceKind.PROD, IntList.of(0)), x), 1, 1);
    Runs.close(
        0,
        Runs.one(new Reduce(ReduceKind.MAX, IntList.of(0)), x),
        Double.NEGATIVE_INFINITY,
        Double.NEGATIVE_INFINITY);
    NDArray i = NDArray.zeros(DType.INT8, Shape.of(0));
    Runs.exact(Runs.one(new Reduce(ReduceKind.MIN, IntList.of(0)), i), 127);
    Runs.exact(Runs.one(new Reduce(ReduceKind.MAX, IntList.of(0)), i), -128);
  }

  static void manySmallHalvesAddUp() {
    float[] ones = new float[5000];
    Arrays.fill(ones, 1);
    NDArray x = NDArray.of(ones).astype(DType.FLOAT16);
    Runs.close(1e-3, Runs.one(new Reduce(ReduceKind.SUM, IntList.of(0)), x), 5000);
  }

  static void positionsOfExtremes() {
    NDArray x = Runs.floats(new double[] {1, 3, 3, 2, NAN, 5, NAN, 0}, 2, 4);
    Runs.exact(Runs.one(new ArgReduce(true, 1), x), 1, 0);
    Runs.exact(Runs.one(new ArgReduce(false, 1), x), 0, 0);
    Runs.exact(Runs.one(new ArgReduce(false, 0), x), 1, 0, 1, 1);
    double low = Double.NEGATIVE_INFINITY;
    Runs.exact(Runs.one(new ArgReduce(true, 0), Runs.floats(new double[] {low, low})), 0);
    NDArray b = NDArray.of(new boolean[] {false, true, true});
    Runs.exact(Runs.one(new ArgReduce(true, 0), b), 1);
    double least = Float.MIN_VALUE;
    Runs.exact(
        Runs.one(new ArgReduce(false, 0), Runs.floats(new double[] {0, -0.0, -least, least})), 2);
    Runs.exact(Runs.one(new ArgReduce(true, 0), Runs.floats(new double[] {-0.0, 0, -1})), 0);
    NDArray doubles = NDArray.of(new double[] {-1, 2, NAN, 3});
    Runs.exact(Runs.one(new ArgReduce(true, 0), doubles), 2);
    Runs.exact(Runs.one(new ArgReduce(false, 0), doubles), 2);
  }

  static void cumulates() {
    NDArray x = Runs.floats(new double[] {1, 2, 3, 4, 5}, 5);
    Runs.close(0, Runs.one(new Cumulative(CumulativeKind.SUM, 0, false), x), 1, 3, 6, 10, 15);
    Runs.close(0, Runs.one(new Cumulative(CumulativeKind.SUM, 0, true), x), 15, 14, 12, 9, 5);
    Runs.close(0, Runs.one(new Cumulative(CumulativeKind.PROD, 0, false), x), 1, 2, 6, 24, 120);
    NDArray n = Runs.floats(new double[] {1, 3, NAN, 2}, 1, 4);
    Runs.close(0, Runs.one(new Cumulative(CumulativeKind.MAX, 1, false), n), 1, 3, NAN, NAN);
    Runs.close(0, Runs.one(new Cumulative(CumulativeKind.MIN, 1, true), n), NAN, NAN, NAN, 2);
    NDArray i = NDArray.of(new int[] {3, 1, 2});
    Runs.exact(Runs.one(new Cumulative(CumulativeKind.MAX, 0, false), i), 3, 3, 3);
  }

  static void sorts() {
    NDArray x = Runs.floats(new double[] {3, NAN, 1, 2, 1}, 1, 5);
    NDArray i = NDArray.of(new int[] {0, 1, 2, 3, 4}, 1, 5);
    List<NDArray> up = Runs.all(new Sort(1, false), x, i);
    Runs.close(0, up.get(0), 1, 1, 2, 3, NAN);
    Runs.exact(up.get(1), 2, 4, 3, 0, 1);
    List<NDArray> down = Runs.all(new Sort(1, true), x, i);
    Runs.close(0, down.get(0), 3, 2, 1, 1, NAN);
    Runs.exact(down.get(1), 0, 3, 2, 4, 1);
    NDArray b = NDArray.of(new boolean[] {true, false, true});
    Runs.exact(Runs.one(new Sort(0, false), b), false, true, true);
    NDArray u = NDArray.of(new int[] {-1, 1}).astype(DType.UINT32);
    Runs.exact(Runs.one(new Sort(0, false), u), 1, 4294967295L);
  }

  static void topK() {
    NDArray x = Runs.floats(new double[] {1, 4, 4, 2, 0, 9, 8, 7}, 2, 4);
    List<NDArray> r = Runs.all(new TopK(2), x);
    Runs.close(0, r.get(0), 4, 4, 9, 8);
    Runs.exact(r.get(1), 1, 2, 1, 2);
  }

  private static Window window(long size, long stride, long dilation, long low, long high) {
    return new Window(
        LongList.of(1, size),
        LongList.of(1, stride),
        LongList.of(1, dilation),
        LongList.of(0, low),
        LongList.of(0, high));
  }

  static void windows() {
    NDArray x = Runs.floats(new double[] {1, 5, 2, 4, 3, 6}, 1, 6);
    Window w = window(3, 2, 1, 1, 1);
    Runs.close(0, Runs.one(new ReduceWindow(ReduceWindow.WindowKind.SUM, w), x), 6, 11, 13);
    Runs.close(0, Runs.one(new ReduceWindow(ReduceWindow.WindowKind.MAX, w), x), 5, 5, 6);
    Runs.close(0, Runs.one(new ReduceWindow(ReduceWindow.WindowKind.MIN, w), x), 1, 2, 3);
    Window dilated = window(2, 1, 2, 0, 0);
    Runs.close(0, Runs.one(new ReduceWindow(ReduceWindow.WindowKind.MAX, dilated), x), 2, 5, 3, 6);
    Window tooLarge = window(9, 1, 1, 0, 0);
    assertEquals(
        Shape.of(1, 0),
        Runs.one(new ReduceWindow(ReduceWindow.WindowKind.SUM, tooLarge), x).shape());
    NDArray n = Runs.floats(new double[] {1, NAN, 2, 0, 1, 1}, 1, 6);
    Runs.close(
        0,
        Runs.one(new ReduceWindow(ReduceWindow.WindowKind.MAX, window(2, 2, 1, 0, 0)), n),
        NAN,
        2,
        1);
  }

  static void gradientOfMaxWindows() {
    NDArray x = Runs.floats(new double[] {1, 5, 5, 4, 3, 6}, 1, 6);
    NDArray g = Runs.floats(new double[] {1, 10, 100}, 1, 3);
    Runs.close(0, Runs.one(new WindowSelectAdd(window(3, 2, 1, 1, 1)), x, g), 0, 11, 0, 0, 0, 100);
    NDArray d = Runs.floats(new double[] {1, 10, 100, 1000}, 1, 4);
    Runs.close(
        0, Runs.one(new WindowSelectAdd(window(2, 1, 2, 0, 0)), x, d), 0, 10, 101, 0, 0, 1000);
  }

  static void foldsOverSeveralLeadingAxes() {
    NDArray x = Runs.ramp(2, 3, 4, 5);
    double[] want = new double[5];
    double[] most = {-9, -9, -9, -9, -9};
    for (int i = 0; i < x.size(); i++) {
      want[i % 5] += x.getFloat(i);
      most[i % 5] = Math.max(most[i % 5], x.getFloat(i));
    }
    Runs.close(1e-6, Runs.one(new Reduce(ReduceKind.SUM, IntList.of(0, 1, 2)), x), want);
    Runs.close(0, Runs.one(new Reduce(ReduceKind.MAX, IntList.of(0, 1, 2)), x), most);
  }

  static void paddingIsNeverTheGreatest() {
    double low = Double.NEGATIVE_INFINITY;
    NDArray x = Runs.floats(new double[] {low, low, 1, 1}, 1, 4);
    NDArray g = Runs.floats(new double[] {1, 10, 100}, 1, 3);
    Runs.close(0, Runs.one(new WindowSelectAdd(window(2, 2, 1, 1, 1)), x, g), 1, 0, 10, 100);
    // many places: the operation that StableHLO has for it
    NDArray many = Runs.ramp(1, 80);
    double[] want = new double[80];
    int best = 0;
    for (int i = 1; i < 40; i++) {
      best = many.getFloat(i) > many.getFloat(best) ? i : best;
    }
    want[best] = 7;
    best = 40;
    for (int i = 41; i < 80; i++) {
      best = many.getFloat(i) > many.getFloat(best) ? i : best;
    }
    want[best] = 9;
    NDArray two = Runs.floats(new double[] {7, 9}, 1, 2);
    Runs.close(0, Runs.one(new WindowSelectAdd(window(40, 40, 1, 0, 0)), many, two), want);
  }
}
