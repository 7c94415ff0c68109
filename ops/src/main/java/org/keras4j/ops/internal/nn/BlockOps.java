package org.keras4j.ops.internal.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.IntList;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Extents;
import org.keras4j.ops.internal.arguments.Layout;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.numpy.Folds;

/** Blocks of images as channels or columns and back, and the peak signal-to-noise ratio. */
public final class BlockOps {
  private BlockOps() {}

  private static void rank(Op.Args a, Tensor x, int rank) {
    if (x.rank() != rank) {
      throw new IllegalArgumentException(
          a.name() + ": expected a tensor of rank " + rank + ", got shape " + x.shape());
    }
  }

  private static int blockSize(Op.Args a) {
    int b = a.integer(1);
    if (b < 2) {
      throw new IllegalArgumentException(a.name() + ": block_size must be at least 2, got " + b);
    }
    return b;
  }

  private static long product(long a, long b) {
    return a < 0 ? a : a * b;
  }

  // a reshape whose unknown dimensions are those of axes of another tensor, each times a factor
  private static Tensor reshaped(Tensor x, long[] to, Tensor source, int[] axes, long[] factors) {
    List<Tensor> sizes = new ArrayList<>();
    for (int i = 0; i < to.length; i++) {
      if (to[i] < 0) {
        Tensor size = Prims.dimSize(source, axes[i]);
        sizes.add(Prims.mul(size, Prims.scalar(DType.INT32, factors[i])));
      }
    }
    return Prims.reshape(x, Shape.of(to), sizes);
  }

  /** {@link #depthToSpace(Object, int, String)} with channels last. */
  public static Tensor depthToSpace(Object x, int blockSize) {
    return depthToSpace(x, blockSize, "channels_last");
  }

  /**
   * Makes blocks of space of groups of channels ({@code keras.ops.depth_to_space}).
   *
   * @param x {@code (n, h, w, c)}, or with channels first {@code (n, c, h, w)}; c known
   * @param blockSize b, at least 2, its square dividing c
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return {@code (n, b h, b w, c / b^2)}, in the layout of x
   * @throws IllegalArgumentException if shape and block size do not fit
   */
  public static Tensor depthToSpace(Object x, int blockSize, @Nullable String dataFormat) {
    return Op.call(
        "ops.depth_to_space",
        a -> {
          Tensor t = a.tensor(0);
          rank(a, t, 4);
          int b = blockSize(a);
          Layout layout = Layout.of(a.get(2));
          boolean last = layout == Layout.CHANNELS_LAST;
          long c = t.shape().intDim(last ? 3 : 1);
          if (c % ((long) b * b) != 0) {
            throw new IllegalArgumentException(
                a.name() + ": " + c + " channels do not divide by the square of block_size " + b);
          }
          long each = c / b / b;
          // (n, h, w, b, b, each), of channels first after one exchange of axes
          Tensor v = last ? t : Prims.transpose(t, 0, 2, 3, 1);
          Shape s = v.shape();
          long[] split = last
              ? new long[] {s.dim(0), s.dim(1), s.dim(2), b, b, each}
              : new long[] {s.dim(0), s.dim(1), s.dim(2), each, b, b};
          Tensor blocks = reshaped(v, split, v, new int[] {0, 1, 2, 0, 0, 0}, ones(6));
          Tensor mixed = last
              ? Prims.transpose(blocks, 0, 1, 3, 2, 4, 5)
              : Prims.transpose(blocks, 0, 3, 1, 4, 2, 5);
          long high = product(s.dim(1), b);
          long wide = product(s.dim(2), b);
          return last
              ? reshaped(
                  mixed,
                  new long[] {s.dim(0), high, wide, each},
                  v,
                  new int[] {0, 1, 2, 0},
                  new long[] {1, b, b, 1})
              : reshaped(
                  mixed,
                  new long[] {s.dim(0), each, high, wide},
                  v,
                  new int[] {0, 0, 1, 2},
                  new long[] {1, 1, b, b});
        },
        x,
        blockSize,
        dataFormat);
  }

  private static long[] ones(int n) {
    long[] v = new long[n];
    java.util.Arrays.fill(v, 1);
    return v;
  }

  /** {@link #spaceToDepth(Object, int, String)} with channels last. */
  public static Tensor spaceToDepth(Object x, int blockSize) {
    return spaceToDepth(x, blockSize, "channels_last");
  }

  /**
   * Makes groups of channels of blocks of space, the inverse of {@link #depthToSpace}
   * ({@code keras.ops.space_to_depth}).
   *
   * @param x {@code (n, h, w, c)}, or with channels first {@code (n, c, h, w)}; h and w known
   * @param blockSize b, at least 2, dividing h and w
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return {@code (n, h / b, w / b, b^2 c)}, in the layout of x
   * @throws IllegalArgumentException if shape and block size do not fit
   */
  public static Tensor spaceToDepth(Object x, int blockSize, @Nullable String dataFormat) {
    return Op.call(
        "ops.space_to_depth",
        a -> {
          Tensor t = a.tensor(0);
          rank(a, t, 4);
          int b = blockSize(a);
          boolean last = Layout.of(a.get(2)) == Layout.CHANNELS_LAST;
          Shape s = t.shape();
          long h = s.dim(last ? 1 : 2);
          long w = s.dim(last ? 2 : 3);
          long c = s.intDim(last ? 3 : 1);
          if ((h >= 0 && h % b != 0) || (w >= 0 && w % b != 0)) {
            throw new IllegalArgumentException(
                a.name() + ": height and width of " + s + " do not divide by block_size " + b);
          }
          long rows = h < 0 ? h : h / b;
          long columns = w < 0 ? w : w / b;
          List<Tensor> sizes = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            if (s.dim(i) < 0) {
              boolean space = i == (last ? 1 : 2) || i == (last ? 2 : 3);
              Tensor size = Prims.dimSize(t, i);
              sizes.add(space ? Prims.div(size, Prims.scalar(DType.INT32, (long) b)) : size);
            }
          }
          if (last) {
            Tensor blocks = Prims.reshape(t, Shape.of(s.dim(0), rows, b, columns, b, c), sizes);
            return Prims.reshape(
                Prims.transpose(blocks, 0, 1, 3, 2, 4, 5),
                Shape.of(s.dim(0), rows, columns, c * b * b),
                sizes);
          }
          Tensor blocks = Prims.reshape(t, Shape.of(s.dim(0), c, rows, b, columns, b), sizes);
          return Prims.reshape(
              Prims.transpose(blocks, 0, 1, 3, 5, 2, 4),
              Shape.of(s.dim(0), c * b * b, rows, columns),
              sizes);
        },
        x,
        blockSize,
        dataFormat);
  }

  /** {@link #unfold(Object, Object, Object, Object, Object)} of neighbouring elements, unpadded. */
  public static Tensor unfold(Object x, Object kernelSize) {
    return unfold(x, kernelSize, 1, 0, 1);
  }

  /**
   * The windows of images as columns ({@code keras.ops.unfold}).
   *
   * @param x {@code (n, c, h, w)}, channels first; c, h and w known
   * @param kernelSize size of the windows, an int or two
   * @param dilation distance of a window's elements, an int or two
   * @param padding zeros added at each side, an int or two
   * @param stride steps of the windows, an int or two
   * @return {@code (n, c * size, windows)}
   * @throws IllegalArgumentException if the rank is not 4, or no window fits
   */
  public static Tensor unfold(
      Object x, Object kernelSize, Object dilation, Object padding, Object stride) {
    return Op.call(
        "ops.unfold",
        a -> {
          Tensor t = a.tensor(0);
          rank(a, t, 4);
          long[] k = Extents.atLeast(1, a.given(1), 2, "kernel_size");
          long[] d = Extents.atLeast(1, a.given(2), 2, "dilation");
          long[] p = Extents.atLeast(0, a.given(3), 2, "padding");
          long[] s = Extents.atLeast(1, a.given(4), 2, "stride");
          long[] around = {0, 0, p[0], p[1]};
          Tensor v = p[0] + p[1] == 0 ? t : Prims.pad(t, 0, around, around);
          long[] windows = new long[2];
          // (n, c, windows, size, w), then the same for columns
          for (int i = 0; i < 2; i++) {
            int axis = 2 + 2 * i;
            long span = (k[i] - 1) * d[i] + 1;
            long n = v.shape().intDim(axis);
            if (span > n) {
              throw new IllegalArgumentException(
                  a.name() + ": windows of " + span + " do not fit into " + t.shape());
            }
            windows[i] = (n - span) / s[i] + 1;
            Tensor count = Prims.iota(Shape.of(windows[i]), 0, DType.INT32);
            v = Prims.take(v, Overlap.places(count, k[i], s[i], d[i]), axis);
          }
          long c = t.shape().intDim(1);
          return Prims.reshape(
              Prims.transpose(v, 0, 1, 3, 5, 2, 4),
              t.shape().dim(0),
              c * k[0] * k[1],
              windows[0] * windows[1]);
        },
        x,
        kernelSize,
        dilation,
        padding,
        stride);
  }

  /** {@link #fold(Object, Object, Object, Object, Object, Object)}, neighbouring elements, unpadded. */
  public static Tensor fold(Object x, Object outputSize, Object kernelSize) {
    return fold(x, outputSize, kernelSize, 1, 0, 1);
  }

  /**
   * Adds windows up to images, the transpose of {@link #unfold} ({@code keras.ops.fold}).
   *
   * @param x {@code (n, c * size, windows)}; all but n known
   * @param outputSize height and width of the images, an int or two
   * @param kernelSize size of the windows, an int or two
   * @param dilation distance of a window's elements, an int or two
   * @param padding what is cut at each side, an int or two
   * @param stride steps of the windows, an int or two
   * @return {@code (n, c, height, width)}
   * @throws IllegalArgumentException if the sizes do not fit
   */
  public static Tensor fold(
      Object x,
      Object outputSize,
      Object kernelSize,
      Object dilation,
      Object padding,
      Object stride) {
    return Op.call(
        "ops.fold",
        a -> {
          Tensor t = a.tensor(0);
          rank(a, t, 3);
          long[] o = Extents.atLeast(1, a.given(1), 2, "output_size");
          long[] k = Extents.atLeast(1, a.given(2), 2, "kernel_size");
          long[] d = Extents.atLeast(1, a.given(3), 2, "dilation");
          long[] p = Extents.atLeast(0, a.given(4), 2, "padding");
          long[] s = Extents.atLeast(1, a.given(5), 2, "stride");
          long[] n = new long[2];
          for (int i = 0; i < 2; i++) {
            n[i] = Math.floorDiv(o[i] + 2 * p[i] - d[i] * (k[i] - 1) - 1, s[i]) + 1;
          }
          long rows = t.shape().intDim(1);
          if (rows % (k[0] * k[1]) != 0 || t.shape().intDim(2) != n[0] * n[1]) {
            throw new IllegalArgumentException(a.name() + ": expected (n, c * " + k[0] * k[1] + ", "
                + n[0] * n[1] + ") for images of " + o[0] + " by " + o[1] + ", got " + t.shape());
          }
          long c = rows / k[0] / k[1];
          Tensor v = Prims.reshape(t, t.shape().dim(0), c, k[0], k[1], n[0], n[1]);
          // first width: (n[1], k[1], batch, c, k[0], n[0])
          v = Prims.transpose(v, 5, 3, 0, 1, 2, 4);
          Tensor columns = Prims.iota(Shape.of(n[1]), 0, DType.INT32);
          v = Overlap.add(v, Overlap.places(columns, k[1], s[1], d[1]), o[1] + 2 * p[1], null);
          // (width, batch, c, k[0], n[0])
          v = Prims.transpose(v, 4, 3, 1, 2, 0);
          Tensor lines = Prims.iota(Shape.of(n[0]), 0, DType.INT32);
          v = Overlap.add(v, Overlap.places(lines, k[0], s[0], d[0]), o[0] + 2 * p[0], null);
          // (height, batch, c, width)
          v = Prims.transpose(v, 1, 2, 0, 3);
          long[] cut = {0, 0, -p[0], -p[1]};
          return p[0] + p[1] == 0 ? v : Prims.pad(v, 0, cut, cut);
        },
        x,
        outputSize,
        kernelSize,
        dilation,
        padding,
        stride);
  }

  /**
   * The peak signal-to-noise ratio {@code 20 log10(max) - 10 log10(mean((x1 - x2)^2))}, a scalar
   * ({@code keras.ops.psnr}).
   *
   * @param maxVal the largest value there can be
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Tensor psnr(Object x1, Object x2, Object maxVal) {
    return Op.call(
        "ops.psnr",
        a -> {
          List<Tensor> t = Dtypes.common(a.tensor(0), a.tensor(1));
          if (!t.get(0).shape().isCompatible(t.get(1).shape())) {
            throw new IllegalArgumentException(
                a.name() + ": x1 and x2 must have the same shape, got "
                    + t.get(0).shape() + " and " + t.get(1).shape());
          }
          Tensor d = Prims.square(Prims.sub(t.get(0), t.get(1)));
          Tensor mean = Folds.mean(d, IntList.range(0, d.rank()).toArray(), false);
          Tensor peak = a.tensor(2, d.dtype());
          double ln10 = Math.log(10);
          return Prims.sub(
              Prims.mul(Prims.log(peak), 20 / ln10), Prims.mul(Prims.log(mean), 10 / ln10));
        },
        x1,
        x2,
        maxVal);
  }
}
