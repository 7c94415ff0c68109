package org.keras4j.backend.xla.emit;

import java.util.Arrays;
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
  boolean fits(Term kernel, int groups) {
    int n = kernel.rank() - 2;
    long places = 1;
    for (int i = 0; i < n; i++) {
      places *= kernel.dim(i);
    }
    return h.cpu() && groups > 1 && kernel.dim(n) == 1 && places <= MOST;
  }

  /**
   * The convolution.
   *
   * @param x (batch, places..., channels)
   * @param kernel (places..., 1, outputs), the outputs of a channel beside each other
   * @param low what is padded before, may be negative
   */
  Term apply(
      Term x,
      Term kernel,
      long[] stride,
      long[] low,
      long[] high,
      long[] dilation,
      TensorType result) {
    int n = stride.length;
    long channels = x.dim(n + 1);
    long outputs = kernel.dim(n + 1);
    // (batch, places..., channels) and, where there are several, outputs of a channel
    boolean several = outputs > channels;
    long[] each = Arrays.copyOf(result.dims(), several ? n + 3 : n + 2);
    if (several) {
      each[n + 1] = channels;
      each[n + 2] = outputs / channels;
    }
    Term padded = padded(x, low, high);
    Term sum = null;
    for (int k = 0; k < kernel.type().elements() / outputs; k++) {
      long[] place = place(kernel, k, n);
      long[] start = new long[n + 2];
      long[] limit = padded.type().dims();
      long[] step = Hlo.ones(n + 2);
      for (int i = 0; i < n; i++) {
        start[i + 1] = place[i] * dilation[i];
        limit[i + 1] = start[i + 1] + (result.dim(i + 1) - 1) * stride[i] + 1;
        step[i + 1] = stride[i];
      }
      Term shifted = h.slice(padded, start, limit, step);
      Term weights =
          h.reshape(weights(kernel, place, n), Arrays.copyOfRange(each, n + 1, each.length));
      Term product = h.mul(
          several ? h.broadcast(shifted, axes(0, n + 2), each) : shifted,
          h.broadcast(weights, axes(n + 1, weights.rank()), each));
      sum = sum == null ? product : h.add(sum, product);
    }
    return h.reshape(java.util.Objects.requireNonNull(sum), result.dims());
  }

  private Term padded(Term x, long[] low, long[] high) {
    int n = low.length;
    long[] before = new long[n + 2];
    long[] after = new long[n + 2];
    System.arraycopy(low, 0, before, 1, n);
    System.arraycopy(high, 0, after, 1, n);
    boolean none = Arrays.equals(before, new long[n + 2]) && Arrays.equals(after, new long[n + 2]);
    return none ? x : h.pad(x, h.scalar(x.type().element(), 0), before, after, new long[n + 2]);
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

  private static long[] place(Term kernel, int k, int n) {
    long[] place = new long[n];
    long rest = k;
    for (int i = n - 1; i >= 0; i--) {
      place[i] = rest % kernel.dim(i);
      rest /= kernel.dim(i);
    }
    return place;
  }

  private static int[] axes(int from, int count) {
    int[] axes = new int[count];
    Arrays.setAll(axes, i -> from + i);
    return axes;
  }
}
