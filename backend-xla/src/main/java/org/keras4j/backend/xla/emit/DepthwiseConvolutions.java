package org.keras4j.backend.xla.emit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.keras4j.backend.xla.runtime.TensorType;

/**
 * Convolutions in which each channel has a kernel of its own, as sums of shifted products. On a CPU the convolution
 * packs the window of each channel into a matrix product with one row, which takes many times as long as the products.
 */
final class DepthwiseConvolutions {
  /** Up to so many products are written out. */
  private static final long MOST = 64;

  private final Hlo h;

  DepthwiseConvolutions(Hlo h) {
    this.h = h;
  }

  /** Whether a kernel (places..., inputs of a group, outputs) of so many groups is one for each channel. */
  boolean fits(TensorType kernel, int groups) {
    int n = kernel.dims().length - 2;
    long places = 1;
    for (int i = 0; i < n; i++) {
      places *= kernel.dim(i);
    }
    return h.cpu() && groups > 1 && kernel.dim(n) == 1 && places <= MOST;
  }

  /**
   * How a window goes over an input (batch, places..., channels).
   *
   * @param low what is padded before, may be negative
   * @param spread how far elements of the input lie apart, with zeros between them
   */
  record Window(long[] stride, long[] low, long[] high, long[] spread, long[] dilation) {}

  /** The convolution with a kernel (places..., 1, outputs), the outputs of a channel beside each other. */
  Term forward(Term x, Term kernel, Window w, TensorType result) {
    int n = w.stride.length;
    Places p = new Places(x, kernel.type(), result, w);
    Term sum = null;
    for (int k = 0; k < p.count(); k++) {
      Term weights = h.reshape(weights(kernel, p.place(k), n), p.perChannel());
      Term product = h.mul(p.shifted(k), h.broadcast(weights, p.channelAxes(), p.each));
      sum = sum == null ? product : h.add(sum, product);
    }
    return h.reshape(Objects.requireNonNull(sum), result.dims());
  }

  /** The kernel's gradient. */
  Term kernelGrad(Term x, Term cotangent, Window w, TensorType kernel) {
    int n = w.stride.length;
    Places p = new Places(x, kernel, cotangent.type(), w);
    Term g = h.reshape(cotangent, p.each);
    Term zero = h.scalar(x.element(), 0);
    List<Term> parts = new ArrayList<>();
    for (int k = 0; k < p.count(); k++) {
      Term sum = h.reduce(h.mul(p.shifted(k), g), zero, "add", axes(0, n + 1));
      parts.add(h.reshape(sum, 1, kernel.dim(n + 1)));
    }
    return h.reshape(h.concatenate(0, parts), kernel.dims());
  }

  /** The places of a window: for each, the part of the input that it meets. */
  private final class Places {
    private final Term padded;
    private final TensorType kernel;
    private final TensorType result;
    private final Window w;
    private final int n;

    /** The products of one place: (batch, places..., channels) and, where there are several, outputs of a channel. */
    private final long[] each;

    private Places(Term x, TensorType kernel, TensorType result, Window w) {
      this.kernel = kernel;
      this.result = result;
      this.w = w;
      this.n = w.stride.length;
      long channels = x.dim(n + 1);
      long outputs = kernel.dim(n + 1);
      this.each = Arrays.copyOf(result.dims(), outputs > channels ? n + 3 : n + 2);
      if (outputs > channels) {
        each[n + 1] = channels;
        each[n + 2] = outputs / channels;
      }
      this.padded = padded(x);
    }

    private int count() {
      return Math.toIntExact(kernel.elements() / kernel.dim(n + 1));
    }

    private long[] perChannel() {
      return Arrays.copyOfRange(each, n + 1, each.length);
    }

    private int[] channelAxes() {
      return axes(n + 1, each.length - n - 1);
    }

    private long[] place(int k) {
      long[] place = new long[n];
      long rest = k;
      for (int i = n - 1; i >= 0; i--) {
        place[i] = rest % kernel.dim(i);
        rest /= kernel.dim(i);
      }
      return place;
    }

    private Term shifted(int k) {
      long[] place = place(k);
      long[] start = new long[n + 2];
      long[] limit = padded.type().dims();
      long[] step = Hlo.ones(n + 2);
      for (int i = 0; i < n; i++) {
        start[i + 1] = place[i] * w.dilation[i];
        limit[i + 1] = start[i + 1] + (result.dim(i + 1) - 1) * w.stride[i] + 1;
        step[i + 1] = w.stride[i];
      }
      Term part = h.slice(padded, start, limit, step);
      return each.length > n + 2 ? h.broadcast(part, axes(0, n + 2), each) : part;
    }

    private Term padded(Term x) {
      long[] before = new long[n + 2];
      long[] after = new long[n + 2];
      long[] between = new long[n + 2];
      for (int i = 0; i < n; i++) {
        before[i + 1] = w.low[i];
        after[i + 1] = w.high[i];
        between[i + 1] = w.spread[i] - 1;
      }
      boolean none =
          Stream.of(before, after, between).allMatch(d -> Arrays.equals(d, new long[n + 2]));
      return none ? x : h.pad(x, h.scalar(x.element(), 0), before, after, between);
    }
  }

  // the weights of one place of the window, of all outputs
  private Term weights(Term kernel, long[] place, int n) {
    long[] start = Arrays.copyOf(place, n + 2);
    long[] limit = kernel.type().dims();
    for (int i = 0; i < n; i++) {
      limit[i] = place[i] + 1;
    }
    return h.slice(kernel, start, limit, Hlo.ones(n + 2));
  }

  private static int[] axes(int from, int count) {
    int[] axes = new int[count];
    Arrays.setAll(axes, i -> from + i);
    return axes;
  }
}
