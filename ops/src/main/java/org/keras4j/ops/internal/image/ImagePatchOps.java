package org.keras4j.ops.internal.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasName;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Extents;
import org.keras4j.ops.internal.arguments.Layout;
import org.keras4j.ops.internal.arguments.OpenPadding;
import org.keras4j.ops.internal.arguments.SpatialPadding;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.nn.Overlap;
import org.keras4j.ops.types.ImageMargins;

/** Patches of images and volumes, borders added and cut. */
public final class ImagePatchOps {
  private ImagePatchOps() {}

  /** {@link #extractPatches(Object, Object, Object, Object, String, String)}, side by side. */
  public static Tensor extractPatches(Object images, Object size) {
    return extractPatches(images, size, null, 1, "valid", null);
  }

  /**
   * The pixels of patches as channels ({@code keras.ops.image.extract_patches}).
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first; with three
   *     sizes volumes
   * @param size of the patches, an int or two; with three as {@link #extractPatches3d}
   * @param strides steps of the patches, an int or one an axis; null for their size
   * @param dilationRate distance of a patch's pixels, an int or one an axis
   * @param padding {@code "valid"} or {@code "same"}: zeros added
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return {@code (rows, columns, size * size * channels)}, a patch's pixels row by row, or a batch of such
   */
  public static Tensor extractPatches(
      Object images,
      Object size,
      @Nullable Object strides,
      Object dilationRate,
      String padding,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.extract_patches",
        a -> patches(a, Axes.isSequence(a.get(1)) && Axes.longs(a.get(1)).length == 3 ? 3 : 2),
        images,
        size,
        strides,
        dilationRate,
        padding,
        dataFormat);
  }

  /** {@link #extractPatches3d(Object, Object, Object, Object, String, String)}, side by side. */
  @KerasName("extract_patches_3d")
  public static Tensor extractPatches3d(Object volumes, Object size) {
    return extractPatches3d(volumes, size, null, 1, "valid", null);
  }

  /**
   * The voxels of blocks as channels ({@code keras.ops.image.extract_patches_3d}).
   *
   * @param volumes {@code (depth, height, width, channels)} or a batch of such, or with channels first
   * @param size of the blocks, an int or three
   * @param strides steps of the blocks, an int or three; null for their size
   * @param dilationRate distance of a block's voxels, an int or three
   * @param padding {@code "valid"} or {@code "same"}: zeros added
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return {@code (planes, rows, columns, size^3 * channels)}, or a batch of such
   */
  @KerasName("extract_patches_3d")
  public static Tensor extractPatches3d(
      Object volumes,
      Object size,
      @Nullable Object strides,
      Object dilationRate,
      String padding,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.extract_patches_3d",
        a -> patches(a, 3),
        volumes,
        size,
        strides,
        dilationRate,
        padding,
        dataFormat);
  }

  private static Tensor patches(Op.Args a, int n) {
    Tensor given = a.tensor(0);
    if (given.rank() != n + 1 && given.rank() != n + 2) {
      throw new IllegalArgumentException(a.name() + ": expected " + (n + 1) + " axes, or " + (n + 2)
          + " with a batch, got shape " + given.shape());
    }
    boolean single = given.rank() == n + 1;
    Layout layout = Layout.of(a.get(5));
    Tensor x = layout.toLast(single ? Prims.expandDims(given, 0) : given);
    long[] size = Extents.atLeast(1, a.given(1), n, "size");
    long[] stride = a.isGiven(2) ? Extents.atLeast(1, a.given(2), n, "strides") : size;
    long[] dilation = Extents.atLeast(1, a.given(3), n, "dilation_rate");
    Tensor y = layout.fromLast(windows(a, x, size, stride, dilation, a.get(4)));
    return single ? Images.withoutFirst(y) : y;
  }

  /** {@link #reconstructPatches(Object, Object, Object, Object, String, String)} of patches without padding. */
  public static Tensor reconstructPatches(Object patches, Object size, Object outputSize) {
    return reconstructPatches(patches, size, outputSize, null, "valid", null);
  }

  /**
   * Images or volumes of the patches that {@link #extractPatches} cut side by side ({@code
   * keras.ops.image.reconstruct_patches}).
   *
   * @param patches {@code (rows, columns, size * size * channels)} or a batch of such, or with channels first; with three sizes
   *     {@code (planes, rows, columns, size^3 * channels)}
   * @param size of the patches, an int or two; three for volumes
   * @param outputSize height and width of the images, of volumes depth, height and width: rows and columns times the size, or, of
   *     padding {@code "same"}, what was padded
   * @param strides steps of the patches, which must be their size; null for it
   * @param padding {@code "valid"} or {@code "same"}, as they were cut
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return images {@code (height, width, channels)}, volumes {@code (depth, height, width, channels)}, or a batch of such
   * @throws IllegalArgumentException if patches overlap, or sizes do not fit
   */
  public static Tensor reconstructPatches(
      Object patches,
      Object size,
      Object outputSize,
      @Nullable Object strides,
      String padding,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.reconstruct_patches",
        a -> joined(a, Axes.isSequence(a.get(1)) && Axes.longs(a.get(1)).length == 3 ? 3 : 2),
        patches,
        size,
        outputSize,
        strides,
        padding,
        dataFormat);
  }

  private static Tensor joined(Op.Args a, int n) {
    Tensor given = a.tensor(0);
    if (given.rank() != n + 1 && given.rank() != n + 2) {
      throw new IllegalArgumentException(a.name() + ": expected " + (n + 1) + " axes, or " + (n + 2)
          + " with a batch, got shape " + given.shape());
    }
    boolean single = given.rank() == n + 1;
    Layout layout = Layout.of(a.get(5));
    Tensor x = layout.toLast(single ? Prims.expandDims(given, 0) : given);
    long[] size = Extents.atLeast(1, a.given(1), n, "size");
    long[] to = Extents.atLeast(0, a.given(2), n, "output_size");
    if (a.isGiven(3) && !Arrays.equals(size, Extents.atLeast(1, a.given(3), n, "strides"))) {
      throw new IllegalArgumentException(
          a.name() + ": patches that overlap or leave gaps cannot be joined: strides " + a.get(3)
              + ", size " + a.get(1));
    }
    boolean same = a.text(4).equals("same");
    if (!same && !a.text(4).equals("valid")) {
      throw new IllegalArgumentException(
          a.name() + ": padding must be 'valid' or 'same', got '" + a.get(4) + "'");
    }
    Tensor y = layout.fromLast(cut(a, sideBySide(a, x, size), size, to, same));
    return single ? Images.withoutFirst(y) : y;
  }

  // patches side by side; a batch with channels last
  private static Tensor sideBySide(Op.Args a, Tensor x, long[] size) {
    int n = size.length;
    long volume = Arrays.stream(size).reduce(1, (p, q) -> p * q);
    long flat = x.shape().last();
    if (flat < 0 || flat % volume != 0) {
      throw new IllegalArgumentException(a.name() + ": expected a known number of channels that "
          + volume + " divides, got patches of shape " + a.spec(0).shape());
    }
    // one axis after the other: its elements come out of the channels, and behind its patches
    long[] apart = new long[2 * n + 2];
    int[] order = new int[2 * n + 2];
    long[] whole = new long[n + 2];
    List<Tensor> apartSizes = new ArrayList<>();
    List<Tensor> wholeSizes = new ArrayList<>();
    for (int i = 0; i <= n; i++) {
      long d = x.shape().dim(i);
      apart[i] = d;
      whole[i] = i == 0 || d < 0 ? d : d * size[i - 1];
      if (d < 0) {
        Tensor known = Prims.dimSize(x, i);
        apartSizes.add(known);
        wholeSizes.add(i == 0 ? known : Prims.mul(known, Prims.scalar(DType.INT32, size[i - 1])));
      }
    }
    for (int i = 0; i < n; i++) {
      apart[n + 1 + i] = size[i];
      order[1 + 2 * i] = 1 + i;
      order[2 + 2 * i] = n + 1 + i;
    }
    apart[2 * n + 1] = flat / volume;
    order[2 * n + 1] = 2 * n + 1;
    whole[n + 1] = flat / volume;
    Tensor v = Prims.transpose(Prims.reshape(x, Shape.of(apart), apartSizes), order);
    return Prims.reshape(v, Shape.of(whole), wholeSizes);
  }

  // without what was padded
  private static Tensor cut(Op.Args a, Tensor x, long[] size, long[] to, boolean same) {
    Tensor y = x;
    for (int i = 0; i < to.length; i++) {
      long have = x.shape().dim(i + 1);
      long spare = same ? size[i] - 1 : 0;
      if (have >= 0 && (to[i] > have || to[i] < have - spare)) {
        throw new IllegalArgumentException(a.name() + ": patches " + a.spec(0).shape()
            + " cover " + have + " places of axis " + i + ", which with padding '" + a.get(4)
            + "' does not come of an output_size of " + to[i]);
      }
      if (have >= 0) {
        long before = (have - to[i]) / 2;
        y = have == to[i] ? y : Prims.slice(y, i + 1, before, before + to[i]);
      } else {
        Tensor before = Prims.div(
            Prims.sub(Prims.dimSize(y, i + 1), Prims.scalar(DType.INT32, to[i])),
            Prims.scalar(DType.INT32, 2L));
        y = Prims.take(y, Prims.add(Prims.iota(Shape.of(to[i]), 0, DType.INT32), before), i + 1);
      }
    }
    return y;
  }

  // the elements of each window as channels; a batch with channels last
  private static Tensor windows(
      Op.Args a, Tensor x, long[] size, long[] stride, long[] dilation, @Nullable Object padding) {
    int n = size.length;
    long[] span = new long[n];
    for (int i = 0; i < n; i++) {
      span[i] = (size[i] - 1) * dilation[i] + 1;
    }
    SpatialPadding.requireFit(a.name(), x.shape(), 1, span, padding);
    OpenPadding open = OpenPadding.of(padding, x, span, stride, 0);
    SpatialPadding p = open.rest();
    long[] low = new long[n + 2];
    long[] high = new long[n + 2];
    System.arraycopy(p.low(), 0, low, 1, n);
    System.arraycopy(p.high(), 0, high, 1, n);
    Tensor v = p.isNone() ? open.x() : Prims.pad(open.x(), 0, low, high);
    List<Tensor> sizes = new ArrayList<>();
    if (x.shape().dim(0) < 0) {
      sizes.add(Prims.dimSize(x, 0));
    }
    // each spatial axis becomes two: windows and their elements
    for (int i = 0; i < n; i++) {
      int axis = 1 + 2 * i;
      long have = v.shape().dim(axis);
      Tensor count;
      if (have >= 0) {
        count = Prims.iota(Shape.of((have - span[i]) / stride[i] + 1), 0, DType.INT32);
      } else {
        Tensor room = Prims.sub(Prims.dimSize(v, axis), Prims.scalar(DType.INT32, span[i]));
        Tensor steps = Prims.add(
            Prims.div(room, Prims.scalar(DType.INT32, stride[i])), Prims.scalar(DType.INT32, 1L));
        sizes.add(steps);
        count = Prims.iota(steps, DType.INT32);
      }
      v = Prims.take(v, Overlap.places(count, size[i], stride[i], dilation[i]), axis);
    }
    int[] order = new int[2 * n + 2];
    long[] to = new long[n + 2];
    to[0] = x.shape().dim(0);
    to[n + 1] = x.shape().intDim(n + 1);
    for (int i = 0; i < n; i++) {
      order[1 + i] = 1 + 2 * i;
      order[1 + n + i] = 2 + 2 * i;
      to[1 + i] = v.shape().dim(1 + 2 * i);
      to[n + 1] *= size[i];
    }
    order[2 * n + 1] = 2 * n + 1;
    return Prims.reshape(Prims.transpose(v, order), Shape.of(to), sizes);
  }

  /**
   * Images padded ({@code keras.ops.image.pad_images}).
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first
   * @param margins what is added around them
   * @return the images
   */
  public static Tensor padImages(Object images, ImageMargins margins) {
    return padImages(
        images,
        margins.top(),
        margins.left(),
        margins.bottom(),
        margins.right(),
        margins.targetHeight(),
        margins.targetWidth(),
        margins.dataFormat());
  }

  /**
   * Adds zeros around images ({@code keras.ops.image.pad_images}). Of top, bottom and target height just
   * two are given, and of left, right and target width.
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first
   * @param topPadding rows added above, or null
   * @param leftPadding columns added at the left, or null
   * @param bottomPadding rows added below, or null
   * @param rightPadding columns added at the right, or null
   * @param targetHeight height of the result, or null
   * @param targetWidth width of the result, or null
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @throws IllegalArgumentException if too much or too little is given, or a number would be negative
   */
  public static Tensor padImages(
      Object images,
      @Nullable Integer topPadding,
      @Nullable Integer leftPadding,
      @Nullable Integer bottomPadding,
      @Nullable Integer rightPadding,
      @Nullable Integer targetHeight,
      @Nullable Integer targetWidth,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.pad_images",
        a -> bordered(a, "padding", 1),
        images,
        topPadding,
        leftPadding,
        bottomPadding,
        rightPadding,
        targetHeight,
        targetWidth,
        dataFormat);
  }

  /**
   * Images cropped ({@code keras.ops.image.crop_images}).
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first
   * @param margins what is cut from them
   * @return the images
   */
  public static Tensor cropImages(Object images, ImageMargins margins) {
    return cropImages(
        images,
        margins.top(),
        margins.left(),
        margins.bottom(),
        margins.right(),
        margins.targetHeight(),
        margins.targetWidth(),
        margins.dataFormat());
  }

  /**
   * Cuts borders off images ({@code keras.ops.image.crop_images}). Of top, bottom and target height just
   * two are given, and of left, right and target width.
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first
   * @param topCropping rows cut above, or null
   * @param leftCropping columns cut at the left, or null
   * @param bottomCropping rows cut below, or null
   * @param rightCropping columns cut at the right, or null
   * @param targetHeight height of the result, or null
   * @param targetWidth width of the result, or null
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @throws IllegalArgumentException if too much or too little is given, or a number would be negative
   */
  public static Tensor cropImages(
      Object images,
      @Nullable Integer topCropping,
      @Nullable Integer leftCropping,
      @Nullable Integer bottomCropping,
      @Nullable Integer rightCropping,
      @Nullable Integer targetHeight,
      @Nullable Integer targetWidth,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.crop_images",
        a -> bordered(a, "cropping", -1),
        images,
        topCropping,
        leftCropping,
        bottomCropping,
        rightCropping,
        targetHeight,
        targetWidth,
        dataFormat);
  }

  private static Tensor bordered(Op.Args a, String what, int sign) {
    Tensor x = Images.of(a, 0);
    int height = Layout.of(a.get(7)) == Layout.CHANNELS_LAST ? x.rank() - 3 : x.rank() - 2;
    Tensor y = border(a, x, height, sign, new int[] {1, 3, 5}, "top_" + what, "bottom_" + what);
    return border(a, y, height + 1, sign, new int[] {2, 4, 6}, "left_" + what, "right_" + what);
  }

  private static long given(Op.Args a, int i, String name) {
    long v = a.isGiven(i) ? a.number(i).longValue() : Shape.UNKNOWN;
    if (a.isGiven(i) && v < 0) {
      throw new IllegalArgumentException(a.name() + ": " + name + " must be at least 0, got " + v);
    }
    return v;
  }

  // one axis longer (sign 1) or shorter (-1); the arguments at places are before, after and the new
  // size
  private static Tensor border(
      Op.Args a, Tensor x, int axis, int sign, int[] places, String first, String second) {
    String third = first.startsWith("top") ? "target_height" : "target_width";
    long before = given(a, places[0], first);
    long after = given(a, places[1], second);
    long target = given(a, places[2], third);
    if ((before < 0 ? 1 : 0) + (after < 0 ? 1 : 0) + (target < 0 ? 1 : 0) != 1) {
      throw new IllegalArgumentException(
          a.name() + ": just two of " + first + ", " + second + " and " + third
              + " must be given, got " + a.get(places[0]) + ", " + a.get(places[1]) + " and "
              + a.get(places[2]));
    }
    long n = x.shape().dim(axis);
    if (n >= 0) {
      long b = before < 0 ? sign * (target - n) - after : before;
      long e = after < 0 ? sign * (target - n) - before : after;
      long size = target < 0 ? n + sign * (b + e) : target;
      if (b < 0 || e < 0 || size < 0) {
        throw new IllegalArgumentException(a.name() + ": " + first + ", " + second + " and " + third
            + " must be at least 0, but of images " + a.spec(0).shape() + " come to " + b + ", "
            + e + " and " + size);
      }
      return moved(x, axis, sign * b, sign * e);
    }
    if (target < 0) {
      return moved(x, axis, sign * before, sign * after);
    }
    if (after < 0) {
      Tensor longer = sign > 0 ? moved(x, axis, before, target) : moved(x, axis, -before, 0);
      return Prims.slice(longer, axis, 0, target);
    }
    // the last of what there is
    Tensor longer = sign > 0 ? moved(x, axis, target, after) : moved(x, axis, 0, -after);
    Tensor from = Prims.sub(Prims.dimSize(longer, axis), Prims.scalar(DType.INT32, target));
    return Prims.take(longer, Prims.add(Prims.iota(Shape.of(target), 0, DType.INT32), from), axis);
  }

  static Tensor moved(Tensor x, int axis, long before, long after) {
    long[] low = new long[x.rank()];
    long[] high = new long[x.rank()];
    low[axis] = before;
    high[axis] = after;
    return before == 0 && after == 0 ? x : Prims.pad(x, 0, low, high);
  }
}
