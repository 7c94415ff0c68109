package org.keras4j.onnx.internal.operators;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Conv;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.ConvInputGrad;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Reduce.ReduceKind;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Convolutions and pooling, which ONNX has channels first. */
final class WindowOperators {
  private WindowOperators() {}

  static void add() {
    Operators.tensor("Conv", u -> conv(u, u.t(0), u.t(1), u.has(2) ? u.t(2) : null));
    Operators.tensor(
        "ConvInteger",
        u -> conv(
            u,
            ProductOperators.centered(u, 0, 2, false),
            QuantizeOperators.centeredKernel(u, 1, 3),
            null));
    Operators.tensor("ConvTranspose", WindowOperators::transposed);
    Operators.tensor("MaxPool", u -> {
      if (u.outputs() > 1) {
        throw new Unsupported("places of largest elements are not given");
      }
      return pool(u, WindowKind.MAX, u.t(0));
    });
    Operators.tensor("AveragePool", WindowOperators::average);
    Operators.tensor("LpPool", u -> {
      double p = u.integer("p", 2);
      Tensor x = u.t(0);
      Tensor e = Prims.scalarLike(x, p);
      Tensor sum = pool(u, WindowKind.SUM, Prims.pow(Prims.abs(x), e));
      return Prims.pow(sum, Prims.scalarLike(x, 1 / p));
    });
    Operators.tensor("GlobalAveragePool", u -> FoldOperators.mean(u.t(0), spatial(u.t(0))));
    Operators.tensor(
        "GlobalMaxPool", u -> Prims.reduceKeep(ReduceKind.MAX, u.t(0), spatial(u.t(0))));
  }

  private static int[] spatial(Tensor x) {
    int[] axes = new int[x.rank() - 2];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i + 2;
    }
    return axes;
  }

  static Tensor channelsLast(Tensor x) {
    int[] p = new int[x.rank()];
    for (int i = 1; i < p.length; i++) {
      p[i] = i == p.length - 1 ? 1 : i + 1;
    }
    return Prims.transpose(x, p);
  }

  static Tensor channelsFirst(Tensor x) {
    int[] p = new int[x.rank()];
    for (int i = 1; i < p.length; i++) {
      p[i] = i == 1 ? p.length - 1 : i - 1;
    }
    return Prims.transpose(x, p);
  }

  private static long[] list(Use u, String key, int n, long otherwise) {
    long[] v = u.ints(key);
    if (v == null) {
      v = new long[n];
      Arrays.fill(v, otherwise);
    }
    return v;
  }

  /** What is added before and after each spatial axis. */
  private static long[][] padding(Use u, Shape x, long[] size, long[] stride, long[] dilation) {
    int n = size.length;
    long[] low = new long[n];
    long[] high = new long[n];
    String auto = u.text("auto_pad", "NOTSET");
    long[] given = u.ints("pads");
    for (int i = 0; i < n; i++) {
      if (auto.startsWith("SAME")) {
        long in = x.intDim(i + 2);
        long out = (in + stride[i] - 1) / stride[i];
        long all = Math.max(0, (out - 1) * stride[i] + (size[i] - 1) * dilation[i] + 1 - in);
        low[i] = auto.equals("SAME_LOWER") ? all - all / 2 : all / 2;
        high[i] = all - low[i];
      } else if (given != null && auto.equals("NOTSET")) {
        low[i] = given[i];
        high[i] = given[n + i];
      }
    }
    return new long[][] {low, high};
  }

  private static int[] kernelLast(int rank) {
    int[] p = new int[rank]; // (out, in, spatial...) to (spatial..., in, out)
    for (int i = 0; i < rank - 2; i++) {
      p[i] = i + 2;
    }
    p[rank - 2] = 1;
    p[rank - 1] = 0;
    return p;
  }

  private static Tensor biased(Tensor y, @Nullable Tensor bias) {
    return bias == null ? y : Prims.add(y, bias);
  }

  static Tensor conv(Use u, Tensor x, Tensor w, @Nullable Tensor bias) {
    int n = x.rank() - 2;
    long[] size = w.shape().slice(2).toArray();
    long[] stride = list(u, "strides", n, 1);
    long[] dilation = list(u, "dilations", n, 1);
    long[][] pads = padding(u, x.shape(), size, stride, dilation);
    ConvAttributes c = new ConvAttributes(
        LongList.of(stride),
        LongList.of(pads[0]),
        LongList.of(pads[1]),
        LongList.of(dilation),
        (int) u.integer("group", 1));
    Tensor kernel = Prims.transpose(w, kernelLast(w.rank()));
    Tensor y = Engine.bind1(new Conv(c), channelsLast(x), kernel);
    return channelsFirst(biased(y, bias));
  }

  private static Tensor transposed(Use u) {
    Tensor x = u.t(0);
    Tensor w = u.t(1); // (in, out / groups, spatial...)
    int n = x.rank() - 2;
    int groups = (int) u.integer("group", 1);
    long[] stride = list(u, "strides", n, 1);
    long[] dilation = list(u, "dilations", n, 1);
    long[] extra = list(u, "output_padding", n, 0);
    long[] asked = u.ints("output_shape");
    long[] given = u.ints("pads");
    String auto = u.text("auto_pad", "NOTSET");
    long[] low = new long[n];
    long[] high = new long[n];
    long[] out = new long[n];
    for (int i = 0; i < n; i++) {
      long whole = (x.shape().intDim(i + 2) - 1L) * stride[i]
          + (w.shape().dim(i + 2) - 1) * dilation[i]
          + 1
          + extra[i];
      if (asked != null || auto.startsWith("SAME")) {
        out[i] = asked != null ? asked[asked.length - n + i] : x.shape().intDim(i + 2) * stride[i];
        long all = Math.max(0, whole - out[i]);
        low[i] = auto.equals("SAME_UPPER") ? all / 2 : all - all / 2;
        high[i] = all - low[i];
      } else {
        low[i] = given == null ? 0 : given[i];
        high[i] = given == null ? 0 : given[n + i];
        out[i] = whole - low[i] - high[i];
      }
    }
    long channels = w.shape().dim(1) * groups;
    Shape result = Shape.of(x.shape().dim(0)).concat(Shape.of(out)).concat(Shape.of(channels));
    // as the gradient of a convolution by its input
    ConvAttributes c = new ConvAttributes(
        LongList.of(stride), LongList.of(low), LongList.of(high), LongList.of(dilation), groups);
    Tensor kernel = Prims.transpose(w, kernelLast(w.rank()));
    Tensor y = Engine.bind1(new ConvInputGrad(c, result), channelsLast(x), kernel);
    return channelsFirst(biased(y, u.has(2) ? u.t(2) : null));
  }

  private static Window window(Use u, Shape x) {
    long[] size = u.neededInts("kernel_shape");
    int n = size.length;
    long[] stride = list(u, "strides", n, 1);
    long[] dilation = list(u, "dilations", n, 1);
    long[][] pads = padding(u, x, size, stride, dilation);
    if (u.integer("ceil_mode", 0) != 0) {
      for (int i = 0; i < n; i++) {
        long span = (size[i] - 1) * dilation[i] + 1;
        long room = x.intDim(i + 2) + pads[0][i] + pads[1][i] - span;
        long steps = (room + stride[i] - 1) / stride[i];
        // a window begins within the input or what is before it
        if (steps * stride[i] >= x.intDim(i + 2) + pads[0][i]) {
          steps--;
        }
        pads[1][i] += Math.max(0, steps * stride[i] - room);
      }
    }
    return new Window(
        around(size, 1),
        around(stride, 1),
        around(dilation, 1),
        around(pads[0], 0),
        around(pads[1], 0));
  }

  private static LongList around(long[] v, long outer) {
    long[] all = new long[v.length + 2];
    Arrays.fill(all, outer);
    System.arraycopy(v, 0, all, 2, v.length);
    return LongList.of(all);
  }

  private static Tensor pool(Use u, WindowKind kind, Tensor x) {
    Window first = window(u, x.shape());
    return folded(kind, first, x);
  }

  // channels last, as the kernels of backends have them
  private static Tensor folded(WindowKind kind, Window w, Tensor x) {
    Window last = new Window(
        last(w.size()), last(w.stride()), last(w.dilation()), last(w.low()), last(w.high()));
    return channelsFirst(Engine.bind1(new ReduceWindow(kind, last), channelsLast(x)));
  }

  private static LongList last(LongList l) {
    long[] v = l.toArray();
    long channels = v[1];
    System.arraycopy(v, 2, v, 1, v.length - 2);
    v[v.length - 1] = channels;
    return LongList.of(v);
  }

  private static Tensor average(Use u) {
    Tensor x = u.t(0);
    Window w = window(u, x.shape());
    Tensor sum = folded(WindowKind.SUM, w, x);
    boolean inside = u.integer("count_include_pad", 0) == 0;
    Tensor ones = Prims.onesLike(Prims.slice(Prims.slice(x, 0, 0, 1), 1, 0, 1));
    if (!inside) { // what ceil_mode adds is no padding
      long[] size = u.neededInts("kernel_shape");
      int n = size.length;
      long[][] pads =
          padding(u, x.shape(), size, list(u, "strides", n, 1), list(u, "dilations", n, 1));
      long[] low = new long[n + 2];
      long[] high = new long[n + 2];
      long[] over = new long[n + 2];
      for (int i = 0; i < n; i++) {
        low[i + 2] = pads[0][i];
        high[i + 2] = pads[1][i];
        over[i + 2] = w.high().get(i + 2) - pads[1][i];
      }
      ones = Prims.pad(ones, 1, low, high);
      LongList none = LongList.repeat(0, n + 2);
      w = new Window(w.size(), w.stride(), w.dilation(), none, LongList.of(over));
    }
    return Prims.div(sum, folded(WindowKind.SUM, w, ones));
  }
}
