package org.keras4j.ops.internal.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.internal.arguments.Dtypes;
import org.keras4j.ops.internal.arguments.Layout;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** Colors of images. */
public final class ImageColorOps {
  private ImageColorOps() {}

  private static Tensor channels(Op.Args a, Tensor x, long... allowed) {
    for (long n : allowed) {
      if (x.shape().last() == n || x.shape().last() < 0) {
        return x;
      }
    }
    throw new IllegalArgumentException(a.name() + ": expected " + allowed[0] + " channels, got "
        + x.shape().last() + " in images" + " that are " + x.shape() + " with channels last");
  }

  private static Tensor channel(Tensor x, int i) {
    return Prims.slice(x, -1, i, i + 1);
  }

  private static Tensor floats(Op.Args a) {
    Tensor x = Images.of(a, 0);
    if (!x.dtype().isFloat()) {
      throw new IllegalArgumentException(
          a.name() + ": expected images of a float dtype, got " + x.dtype());
    }
    return x;
  }

  /** {@link #rgbToGrayscale(Object, String)} in the default layout. */
  public static Tensor rgbToGrayscale(Object images) {
    return rgbToGrayscale(images, null);
  }

  /**
   * The brightness {@code 0.2989 r + 0.587 g + 0.114 b} ({@code keras.ops.image.rgb_to_grayscale}).
   *
   * @param images {@code (height, width, 3)} or a batch of such, or with channels first; what has one
   *     channel already is given back
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @return one channel, in the dtype of the images
   */
  public static Tensor rgbToGrayscale(Object images, @Nullable String dataFormat) {
    return Op.call(
        "ops.image.rgb_to_grayscale",
        a -> Images.onBatch(Images.of(a, 0), Layout.of(a.get(1)), x -> {
          if (channels(a, x, 3, 1).shape().last() == 1) {
            return x;
          }
          DType t = Dtypes.floating(x);
          Tensor weights =
              Engine.constant(NDArray.of(new float[] {0.2989f, 0.587f, 0.114f}).astype(t));
          Tensor gray = Prims.sumKeep(Prims.mul(Prims.convert(x, t), weights), -1);
          return Prims.convert(gray, x.dtype());
        }),
        images,
        dataFormat);
  }

  /** {@link #rgbToHsv(Object, String)} in the default layout. */
  public static Tensor rgbToHsv(Object images) {
    return rgbToHsv(images, null);
  }

  /**
   * Red, green and blue as hue, saturation and value, all from 0 to 1
   * ({@code keras.ops.image.rgb_to_hsv}).
   *
   * @param images floats {@code (height, width, 3)} or a batch of such, or with channels first
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @throws IllegalArgumentException if the dtype is no float, or there are not three channels
   */
  public static Tensor rgbToHsv(Object images, @Nullable String dataFormat) {
    return Op.call(
        "ops.image.rgb_to_hsv",
        a -> Images.onBatch(floats(a), Layout.of(a.get(1)), x -> hsv(channels(a, x, 3))),
        images,
        dataFormat);
  }

  private static double precision(DType t) {
    switch (t) {
      case FLOAT64:
        return Math.ulp(1.0);
      case FLOAT16:
        return 0x1p-10;
      case BFLOAT16:
        return 0x1p-7;
      default:
        return Math.ulp(1f);
    }
  }

  private static Tensor hsv(Tensor rgb) {
    Tensor zero = Prims.scalarLike(rgb, 0);
    Tensor one = Prims.scalarLike(rgb, 1);
    Tensor tiny = Prims.lt(Prims.abs(rgb), Prims.scalarLike(rgb, precision(rgb.dtype())));
    Tensor x = Prims.select(tiny, zero, rgb);
    Tensor r = channel(x, 0);
    Tensor g = channel(x, 1);
    Tensor b = channel(x, 2);
    Tensor value = Prims.max(Prims.max(r, g), b);
    Tensor range = Prims.sub(value, Prims.min(Prims.min(r, g), b));
    Tensor lit = Prims.gt(value, zero);
    Tensor colored = Prims.gt(range, zero);
    Tensor saturation = Prims.select(lit, Prims.div(range, Prims.select(lit, value, one)), zero);
    Tensor norm = Prims.div(1, Prims.mul(Prims.select(colored, range, one), 6));
    Tensor hue = Prims.select(
        Prims.eq(value, g),
        Prims.add(Prims.mul(norm, Prims.sub(b, r)), 2.0 / 6),
        Prims.add(Prims.mul(norm, Prims.sub(r, g)), 4.0 / 6));
    hue = Prims.select(Prims.eq(value, r), Prims.mul(norm, Prims.sub(g, b)), hue);
    Tensor turn = Prims.convert(Prims.lt(hue, zero), hue.dtype());
    hue = Prims.add(Prims.select(colored, hue, zero), turn);
    return Prims.concat(List.of(hue, saturation, value), x.rank() - 1);
  }

  /** {@link #hsvToRgb(Object, String)} in the default layout. */
  public static Tensor hsvToRgb(Object images) {
    return hsvToRgb(images, null);
  }

  /**
   * Hue, saturation and value as red, green and blue, the inverse of {@link #rgbToHsv}
   * ({@code keras.ops.image.hsv_to_rgb}).
   *
   * @param images floats {@code (height, width, 3)} or a batch of such, or with channels first
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @throws IllegalArgumentException if the dtype is no float, or there are not three channels
   */
  public static Tensor hsvToRgb(Object images, @Nullable String dataFormat) {
    return Op.call(
        "ops.image.hsv_to_rgb",
        a -> Images.onBatch(floats(a), Layout.of(a.get(1)), x -> rgb(channels(a, x, 3))),
        images,
        dataFormat);
  }

  private static Tensor rgb(Tensor hsv) {
    Tensor h = channel(hsv, 0);
    Tensor s = channel(hsv, 1);
    Tensor v = channel(hsv, 2);
    Tensor turn = Prims.mul(Prims.sub(h, Prims.unary(UnaryKind.FLOOR, h)), 6);
    Tensor red = unit(Prims.sub(Prims.abs(Prims.sub(turn, 3)), 1));
    Tensor green = unit(Prims.sub(2, Prims.abs(Prims.sub(turn, 2))));
    Tensor blue = unit(Prims.sub(2, Prims.abs(Prims.sub(turn, 4))));
    Tensor rest = Prims.sub(1, s);
    return Prims.concat(
        List.of(
            Prims.mul(v, Prims.add(rest, Prims.mul(s, red))),
            Prims.mul(v, Prims.add(rest, Prims.mul(s, green))),
            Prims.mul(v, Prims.add(rest, Prims.mul(s, blue)))),
        hsv.rank() - 1);
  }

  private static Tensor unit(Tensor x) {
    return Prims.min(Prims.max(x, Prims.scalarLike(x, 0)), Prims.scalarLike(x, 1));
  }
}
