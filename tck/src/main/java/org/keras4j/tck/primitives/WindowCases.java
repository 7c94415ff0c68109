package org.keras4j.tck.primitives;

import static org.keras4j.core.DType.*;

import java.util.List;
import java.util.Random;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;
import org.keras4j.core.primitive.WindowSelectAdd;

final class WindowCases {
  private WindowCases() {}

  static void add(Primitives to) {
    to.on("pools", WindowCases::pools);
    to.on("otherLayoutsAndTypes", WindowCases::otherLayoutsAndTypes);
    to.on("tooSmall", WindowCases::tooSmall);
  }

  private static Window window(
      int rank, int axis, long size, long stride, long dilation, long low, long high) {
    long[] s = new long[rank];
    long[] st = new long[rank];
    long[] di = new long[rank];
    long[] lo = new long[rank];
    long[] hi = new long[rank];
    for (int i = 0; i < rank; i++) {
      boolean on = axis < 0 ? i > 0 && i < rank - 1 : i == axis;
      s[i] = on ? size : 1;
      st[i] = on ? stride : 1;
      di[i] = on ? dilation : 1;
      lo[i] = on ? low : 0;
      hi[i] = on ? high : 0;
    }
    return new Window(
        LongList.of(s), LongList.of(st), LongList.of(di), LongList.of(lo), LongList.of(hi));
  }

  private static int[] unravel(int flat, Shape shape) {
    int[] out = new int[shape.rank()];
    for (int i = out.length - 1; i >= 0; i--) {
      out[i] = flat % (int) shape.dim(i);
      flat /= (int) shape.dim(i);
    }
    return out;
  }

  /** Where a window's element lies in the operand, or -1 if in the padding. */
  private static int place(Shape x, Window w, int[] out, int[] inside) {
    int flat = 0;
    for (int i = 0; i < x.rank(); i++) {
      long at =
          out[i] * w.stride().get(i) + inside[i] * w.dilation().get(i) - w.low().get(i);
      if (at < 0 || at >= x.dim(i)) {
        return -1;
      }
      flat = flat * (int) x.dim(i) + (int) at;
    }
    return flat;
  }

  private static NDArray expected(WindowKind kind, Window w, NDArray x) {
    Shape shape = new ReduceWindow(kind, w).infer(List.of(x.spec())).get(0).shape();
    NDArray y = NDArray.zeros(x.dtype(), shape);
    Shape size = Shape.of(w.size().toArray());
    for (int o = 0; o < y.size(); o++) {
      double v = kind == WindowKind.SUM
          ? 0
          : kind == WindowKind.MAX ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      for (int k = 0; k < size.size(); k++) {
        int p = place(x.shape(), w, unravel(o, shape), unravel(k, size));
        if (p >= 0) {
          double e = x.getDouble(p);
          v = kind == WindowKind.SUM
              ? v + e
              : kind == WindowKind.MAX ? Math.max(v, e) : Math.min(v, e);
        }
      }
      y.setDouble(o, v);
    }
    return y;
  }

  private static NDArray selected(Window w, NDArray x, NDArray g) {
    NDArray out = NDArray.zeros(x.dtype(), x.shape());
    Shape size = Shape.of(w.size().toArray());
    for (int o = 0; o < g.size(); o++) {
      int best = -1;
      for (int k = 0; k < size.size(); k++) {
        int p = place(x.shape(), w, unravel(o, g.shape()), unravel(k, size));
        if (p >= 0 && (best < 0 || x.getDouble(p) > x.getDouble(best))) {
          best = p;
        }
      }
      out.setDouble(best, out.getDouble(best) + g.getDouble(o));
    }
    return out;
  }

  private static NDArray random(DType t, long... dims) {
    Random r = new Random(7);
    NDArray a = NDArray.zeros(t, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, t.isUnsigned() ? r.nextInt(9) : r.nextInt(19) - 9);
    }
    return a;
  }

  private static void all(Window w, NDArray x) {
    for (WindowKind k : WindowKind.values()) {
      Runs.check(1e-5, new ReduceWindow(k, w), List.of(x), expected(k, w, x));
    }
    Shape out =
        new ReduceWindow(WindowKind.MAX, w).infer(List.of(x.spec())).get(0).shape();
    NDArray g = NDArray.zeros(x.dtype(), out);
    for (int i = 0; i < g.size(); i++) {
      g.setDouble(i, i % 7 + 1);
    }
    Runs.check(1e-5, new WindowSelectAdd(w), List.of(x, g), selected(w, x, g));
  }

  static void pools() {
    for (DType t : List.of(FLOAT32, FLOAT64)) {
      all(window(4, -1, 2, 2, 1, 0, 0), random(t, 2, 6, 6, 3));
      all(window(4, -1, 3, 2, 1, 1, 1), random(t, 2, 7, 5, 2));
      all(window(4, -1, 2, 2, 1, 0, 1), random(t, 1, 5, 5, 2));
      all(window(4, -1, 2, 1, 2, 0, 0), random(t, 1, 6, 5, 2));
      all(window(3, -1, 3, 2, 1, 0, 0), random(t, 2, 9, 4));
      all(window(5, -1, 2, 2, 1, 0, 0), random(t, 1, 4, 4, 4, 2));
    }
  }

  static void otherLayoutsAndTypes() {
    for (DType t : List.of(FLOAT32, INT32, INT64, FLOAT16, BFLOAT16, INT8, UINT8, UINT16)) {
      all(window(1, 0, 3, 1, 1, 1, 1), random(t, 8));
      all(window(2, 0, 2, 2, 1, 0, 0), random(t, 6, 3));
      all(window(2, 1, 2, 1, 2, 0, 2), random(t, 2, 5));
      all(window(4, 3, 2, 2, 1, 0, 0), random(t, 1, 2, 2, 4));
    }
  }

  static void tooSmall() {
    Window w = window(4, -1, 3, 1, 1, 0, 0);
    NDArray x = random(FLOAT32, 1, 2, 2, 1);
    for (WindowKind k : WindowKind.values()) {
      Runs.check(new ReduceWindow(k, w), List.of(x), NDArray.zeros(FLOAT32, Shape.of(1, 0, 0, 1)));
    }
  }
}
