package org.keras4j.ops.internal.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Axes;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Layout;
import org.keras4j.ops.internal.core.CoreOps;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.types.ResizeOptions;
import org.keras4j.ops.types.ScaleAndTranslateOptions;

/** Images of other sizes. */
public final class ImageResizeOps {
  // images (batch, height, width, channels) of floats, for backends with a kernel
  private static final CompositeOp BILINEAR =
      CompositeOp.of(Composites.RESIZE_BILINEAR.name(), (a, in) -> {
        long[] to = (a.get(Composites.SIZE)).toArray();
        return List.of(resized(Resampling.LINEAR, in.get(0), to, false));
      });

  private ImageResizeOps() {}

  /** Bilinear {@link #resize(Object, Object, String, boolean, boolean, boolean, String, double, String)}. */
  public static Tensor resize(Object images, Object size) {
    return resize(images, size, "bilinear", false, false, false, "constant", 0, null);
  }

  /** {@link #resize(Object, Object, String, boolean, boolean, boolean, String, double, String)}. */
  public static Tensor resize(Object images, Object size, String interpolation, boolean antialias) {
    return resize(images, size, interpolation, antialias, false, false, "constant", 0, null);
  }

  /**
   * Images resized ({@code keras.ops.image.resize}).
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first
   * @param size height and width of the result
   * @param options interpolation and the like
   * @return the images
   */
  public static Tensor resize(Object images, Object size, ResizeOptions options) {
    return resize(
        images,
        size,
        options.interpolation(),
        options.antialias(),
        options.cropToAspectRatio(),
        options.padToAspectRatio(),
        options.fillMode(),
        options.fillValue(),
        options.dataFormat());
  }

  /**
   * Images resized ({@code keras.ops.image.resize}).
   *
   * @param images {@code (height, width, channels)} or a batch of such, or with channels first
   * @param size height and width of the result
   * @param interpolation {@code "nearest"}, {@code "bilinear"}, {@code "bicubic"}, {@code "lanczos3"} or
   *     {@code "lanczos5"}
   * @param antialias whether images that shrink are smoothed
   * @param cropToAspectRatio whether they are first cropped in the middle to the result's proportions
   * @param padToAspectRatio whether they are first padded around to the result's proportions
   * @param fillMode must be {@code "constant"}
   * @param fillValue what is padded with
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return the dtype of the images; integers rounded and kept within their range
   * @throws IllegalArgumentException if an argument is none of these
   */
  public static Tensor resize(
      Object images,
      Object size,
      String interpolation,
      boolean antialias,
      boolean cropToAspectRatio,
      boolean padToAspectRatio,
      String fillMode,
      double fillValue,
      @Nullable String dataFormat) {
    return Op.call(
        "ops.image.resize",
        a -> {
          Tensor x = Images.of(a, 0);
          long[] to = Axes.longs(a.get(1));
          if (to.length != 2 || to[0] < 1 || to[1] < 1) {
            throw new IllegalArgumentException(
                a.name() + ": size must be a height and a width of at least 1, got "
                    + java.util.Arrays.toString(to));
          }
          boolean crop = a.flag(4);
          boolean pad = a.flag(5);
          if (crop && pad) {
            throw new IllegalArgumentException(a.name()
                + ": only one of crop_to_aspect_ratio and pad_to_aspect_ratio can be true");
          }
          if (!"constant".equals(a.get(6))) {
            throw new IllegalArgumentException(
                a.name() + ": fill_mode must be 'constant', got '" + a.get(6) + "'");
          }
          Tensor y = Images.onBatch(x, Layout.of(a.get(8)), b -> {
            Tensor ready = crop ? cropped(b, to) : b;
            ready = pad ? padded(ready, to, a.real(7)) : ready;
            return resized(a, ready, to, a.flag(3));
          });
          return restored(y, x.dtype());
        },
        images,
        size,
        interpolation,
        antialias,
        cropToAspectRatio,
        padToAspectRatio,
        fillMode,
        fillValue,
        dataFormat);
  }

  private static boolean spaceKnown(Tensor x) {
    return x.shape().dim(1) >= 0 && x.shape().dim(2) >= 0;
  }

  // where height or width are unknown only shapes are asked for, and that of the result is settled
  private static Tensor cropped(Tensor x, long[] to) {
    if (!spaceKnown(x)) {
      return x;
    }
    long h = x.shape().dim(1);
    long w = x.shape().dim(2);
    long keepHigh = Math.max(Math.min(h, (long) ((double) (w * to[0]) / to[1])), 1);
    long keepWide = Math.max(Math.min(w, (long) ((double) (h * to[1]) / to[0])), 1);
    long top = (long) ((h - keepHigh) / 2.0);
    long left = (long) ((w - keepWide) / 2.0);
    Tensor rows = Prims.slice(x, 1, top, top + keepHigh);
    return Prims.slice(rows, 2, left, left + keepWide);
  }

  private static Tensor padded(Tensor x, long[] to, double value) {
    if (!spaceKnown(x)) {
      return x;
    }
    long h = x.shape().dim(1);
    long w = x.shape().dim(2);
    long high = Math.max(h, (long) ((double) (w * to[0]) / to[1]));
    long wide = Math.max(w, (long) ((double) (h * to[1]) / to[0]));
    long top = (high - h) / 2;
    long left = top > 0 ? 0 : (wide - w) / 2;
    long[] around = {0, top, left, 0};
    return top + left == 0 ? x : Prims.pad(x, value, around, around);
  }

  private static Tensor resized(Op.Args a, Tensor x, long[] to, boolean antialias) {
    boolean nearest = "nearest".equals(a.get(2));
    Resampling method = nearest ? null : Resampling.of(a.name(), a.given(2));
    if (method == Resampling.LINEAR && !antialias) {
      Tensor floats = Prims.convert(x, Dtypes.floating(x));
      return BILINEAR.call1(Attributes.of(Composites.SIZE, LongList.of(to)), floats);
    }
    return resized(method, x, to, antialias);
  }

  private static Tensor resized(
      @Nullable Resampling method, Tensor x, long[] to, boolean antialias) {
    Tensor y = x;
    for (int i = 0; i < 2; i++) {
      int axis = i + 1;
      long n = x.shape().dim(axis);
      if (n == to[i]) {
        continue;
      }
      Tensor size = Prims.convert(Prims.dimSize(y, axis), DType.FLOAT32);
      if (method == null) {
        Tensor centers = Prims.add(Prims.iota(Shape.of(to[i]), 0, DType.FLOAT32), 0.5);
        Tensor at = Prims.div(Prims.mul(centers, size), (double) to[i]);
        Tensor index = Prims.convert(Prims.unary(UnaryKind.FLOOR, at), DType.INT32);
        y = Prims.take(y, index, axis);
      } else {
        y = Prims.convert(y, Dtypes.floating(y));
        Tensor scale = Prims.div((double) to[i], size);
        y = method.apply(y, axis, to[i], scale, Prims.scalarLike(scale, 0), antialias);
      }
    }
    return y;
  }

  // floats in the dtype of the images again
  private static Tensor restored(Tensor y, DType t) {
    if (y.dtype() == t) {
      return y;
    }
    Tensor rounded = t.isInteger() ? Prims.unary(UnaryKind.ROUND_EVEN, y) : y;
    return CoreOps.saturateCast(rounded, t);
  }

  /** {@link #scaleAndTranslate(Object, Object, Object, Object, Object, String, boolean)}, smoothed. */
  public static Tensor scaleAndTranslate(
      Object images,
      Object outputShape,
      Object scale,
      Object translation,
      Object spatialDims,
      String method) {
    return scaleAndTranslate(images, outputShape, scale, translation, spatialDims, method, true);
  }

  /**
   * {@link #scaleAndTranslate(Object, Object, Object, Object, Object, String, boolean)} with options.
   *
   * @param images a tensor of any rank
   * @param outputShape the shape of the result
   * @param scale one number an axis
   * @param translation one number an axis
   * @param spatialDims the axes
   * @param options how values between elements are found
   * @return a float; 0 where nothing comes from
   * @throws IllegalArgumentException if an argument does not fit
   */
  public static Tensor scaleAndTranslate(
      Object images,
      Object outputShape,
      Object scale,
      Object translation,
      Object spatialDims,
      ScaleAndTranslateOptions options) {
    return scaleAndTranslate(
        images,
        outputShape,
        scale,
        translation,
        spatialDims,
        options.method(),
        options.antialias());
  }

  /**
   * Scales and moves along axes: what was at x comes to {@code scale x + translation}
   * ({@code keras.ops.image.scale_and_translate}).
   *
   * @param images a tensor of any rank
   * @param outputShape the shape of the result
   * @param scale one number an axis
   * @param translation one number an axis
   * @param spatialDims the axes
   * @param method {@code "linear"}, {@code "cubic"} (with {@code "bi"} or {@code "tri"} before them too),
   *     {@code "lanczos3"} or {@code "lanczos5"}
   * @param antialias whether what shrinks is smoothed
   * @return a float; 0 where nothing comes from
   * @throws IllegalArgumentException if an argument does not fit
   */
  public static Tensor scaleAndTranslate(
      Object images,
      Object outputShape,
      Object scale,
      Object translation,
      Object spatialDims,
      String method,
      boolean antialias) {
    return Op.call(
        "ops.image.scale_and_translate",
        a -> {
          Tensor x = Dtypes.asFloat(a.tensor(0));
          long[] to = Axes.longs(a.get(1));
          int[] axes = Axes.of(a.get(4), x.rank());
          Tensor s = Prims.convert(a.tensor(2), DType.FLOAT32);
          Tensor t = Prims.convert(a.tensor(3), DType.FLOAT32);
          Shape each = Shape.of(axes.length);
          if (to.length != x.rank()
              || !s.shape().isCompatible(each)
              || !t.shape().isCompatible(each)) {
            throw new IllegalArgumentException(
                a.name() + ": expected an output shape of rank " + x.rank()
                    + ", and a scale and a translation for each of " + axes.length + " axes, got "
                    + java.util.Arrays.toString(to) + ", " + s.shape() + " and " + t.shape());
          }
          Resampling how = Resampling.of(a.name(), a.given(5));
          Tensor y = x;
          for (int i = 0; i < axes.length; i++) {
            Tensor scaled = Prims.sum(Prims.slice(s, 0, i, i + 1), 0);
            Tensor moved = Prims.sum(Prims.slice(t, 0, i, i + 1), 0);
            y = how.apply(y, axes[i], to[axes[i]], scaled, moved, a.flag(6));
          }
          return y;
        },
        images,
        outputShape,
        scale,
        translation,
        spatialDims,
        method,
        antialias);
  }
}
