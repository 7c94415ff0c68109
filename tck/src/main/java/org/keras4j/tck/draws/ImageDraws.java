package org.keras4j.tck.draws;

import static org.keras4j.tck.draws.Draws.on;

import java.util.List;
import org.keras4j.core.NDArray;

/** Functions of images. */
final class ImageDraws {
  private static final String[] FILL = {"constant", "nearest", "wrap", "mirror", "reflect"};

  private ImageDraws() {}

  private static Draw image(Dice d, int channels, Object... more) {
    String f = d.format();
    Object[] args = new Object[more.length + 1];
    args[0] = d.images(2, f, channels, 4, 6);
    System.arraycopy(more, 0, args, 1, more.length);
    return Draw.of(args).with("data_format", f);
  }

  static void add() {
    on("image.rgb_to_grayscale image.rgb_to_hsv image.hsv_to_rgb", d -> image(d, 3));
    on("image.sobel_edges", d -> image(d, 2));
    on(
        "image.gaussian_blur",
        d -> image(d, 2)
            .maybe(d, "kernel_size", List.of(3, 5))
            .maybe(d, "sigma", List.of(0.7, 1.5)));
    on(
        "image.crop_images",
        d -> image(d, 2)
            .with("top_cropping", d.in(0, 1))
            .with("left_cropping", d.in(0, 2))
            .with("target_height", d.in(1, 3))
            .with("target_width", d.in(1, 2)));
    on(
        "image.pad_images",
        d -> image(d, 2)
            .with("top_padding", d.in(0, 2))
            .with("left_padding", d.in(0, 2))
            .with("bottom_padding", d.in(0, 2))
            .with("right_padding", d.in(0, 2)));
    on(
        "image.extract_patches",
        d -> image(d, 2, d.in(1, 3))
            .maybe(d, "strides", d.in(1, 3))
            .maybe(d, "padding", d.one("valid", "same")));
    on("image.extract_patches_3d", d -> {
      String f = d.format();
      return Draw.of(d.images(3, f, 2, 3, 4), d.in(1, 3))
          .with("data_format", f)
          .maybe(d, "padding", d.one("valid", "same"));
    });
    on("image.reconstruct_patches", d -> {
      int size = d.in(1, 3);
      int rows = d.in(1, 3);
      int columns = d.in(1, 3);
      boolean same = d.flip();
      int less = same ? d.in(0, size - 1) : 0;
      long[] shape = {rows, columns, (long) size * size * d.in(1, 2)};
      return Draw.of(
              d.any(d.flip() ? shape : Dice.join(new long[] {d.in(1, 2)}, shape)),
              size,
              List.of(rows * size - less, columns * size))
          .with("padding", same ? "same" : "valid")
          .with("data_format", "channels_last");
    });
    on(
        "image.resize",
        d -> image(d, 2, List.of(d.in(1, 8), d.in(1, 8)))
            .with("interpolation", d.one("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"))
            .maybe(d, "antialias", d.flip()));
    on(
        "image.scale_and_translate",
        d -> Draw.of(
            d.between(-1, 1, 4, 5, 2),
            List.of(d.in(2, 6), d.in(2, 6), 2),
            d.between(0.6, 1.8, 2),
            d.between(-1, 1, 2),
            List.of(0, 1),
            d.one("linear", "cubic", "lanczos3")));
    on("image.affine_transform", d -> {
      Draw draw = image(d, 2);
      long n = ((NDArray) draw.args().get(0)).shape().dim(0);
      NDArray t = d.between(-0.01, 0.01, n, 8);
      for (int i = 0; i < n; i++) {
        t.setDouble(8 * i, d.real(0.7, 1.3));
        t.setDouble(8 * i + 2, d.real(-1, 1));
        t.setDouble(8 * i + 4, d.real(0.7, 1.3));
      }
      draw.args().add(t);
      return draw.maybe(d, "fill_mode", d.one(FILL)).maybe(d, "interpolation", "bilinear");
    });
    on("image.perspective_transform", d -> {
      Draw draw = image(d, 2);
      long n = ((NDArray) draw.args().get(0)).shape().dim(0);
      draw.args().add(corners(d, n));
      draw.args().add(corners(d, n));
      return draw;
    });
    on(
        "image.elastic_transform",
        d -> image(d, 2)
            .with("seed", d.in(0, 99))
            .with("alpha", d.real(1, 5))
            .with("sigma", 1.0)
            .maybe(d, "fill_mode", d.one(FILL)));
    on("image.ssim", d -> {
      NDArray a = d.between(0, 1, 1, 7, 8, 2);
      return Draw.of(a, d.between(0, 1, 1, 7, 8, 2)).with("filter_size", 5);
    });
  }

  private static NDArray corners(Dice d, long n) {
    NDArray out = d.between(-0.3, 0.3, n, 4, 2);
    for (int i = 0; i < out.size(); i++) {
      int corner = i % 8;
      boolean far = corner == 2 || corner == 5 || corner == 6 || corner == 7;
      out.setDouble(i, out.getDouble(i) + (far ? 4 : 0));
    }
    return out;
  }
}
