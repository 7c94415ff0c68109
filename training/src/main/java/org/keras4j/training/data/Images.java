package org.keras4j.training.data;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.ops.Ops;

/** Pictures in files, in memory, and as arrays ({@code keras.utils}). */
public final class Images {
  private Images() {}

  private static IllegalArgumentException wrong(String function, String expected, Object got) {
    return new IllegalArgumentException(function + ": expected " + expected + ", got " + got);
  }

  static int channels(String colorMode) {
    switch (colorMode) {
      case "grayscale":
        return 1;
      case "rgb":
        return 3;
      case "rgba":
        return 4;
      default:
        throw wrong("color_mode", "'grayscale', 'rgb' or 'rgba'", "'" + colorMode + "'");
    }
  }

  private static boolean channelsFirst(@Nullable String dataFormat) {
    String d = dataFormat == null ? Keras.imageDataFormat() : dataFormat;
    if (!d.equals("channels_first") && !d.equals("channels_last")) {
      throw wrong("data_format", "'channels_last' or 'channels_first'", "'" + d + "'");
    }
    return d.equals("channels_first");
  }

  /**
   * The picture in a file ({@code keras.utils.load_img}): PNG, JPEG, GIF or BMP.
   *
   * @param colorMode {@code "rgb"}, {@code "rgba"} or {@code "grayscale"}
   * @return the picture
   * @throws IOException if the file cannot be read, or holds no picture
   */
  public static BufferedImage loadImg(Path path, String colorMode) throws IOException {
    int channels = channels(colorMode);
    BufferedImage read;
    try (var in = Files.newInputStream(path)) {
      read = ImageIO.read(in);
    }
    if (read == null) {
      throw new IOException("No picture that can be read: " + path);
    }
    int w = read.getWidth();
    int h = read.getHeight();
    if (channels == 1) {
      return gray(read);
    }
    int type = channels == 3 ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB;
    BufferedImage out = new BufferedImage(w, h, type);
    // as they are, not blended with a background
    out.setRGB(0, 0, w, h, read.getRGB(0, 0, w, h, null, 0, w), 0, w);
    return out;
  }

  /**
   * Likewise, in another size ({@code load_img(..., target_size, interpolation, keep_aspect_ratio)}), resized as the Python Imaging
   * Library does it.
   *
   * @param height of the picture
   * @param width of the picture
   * @param interpolation {@code "nearest"} (Keras's default), {@code "bilinear"}, {@code "bicubic"}, {@code "hamming"}, {@code
   *     "box"} or {@code "lanczos"}
   * @param keepAspectRatio whether what does not fit is cut off, so that nothing is distorted
   * @return the picture
   */
  public static BufferedImage loadImg(
      Path path,
      String colorMode,
      int height,
      int width,
      String interpolation,
      boolean keepAspectRatio)
      throws IOException {
    PictureResize.require(interpolation);
    if (height < 1 || width < 1) {
      throw wrong("load_img", "a size of at least 1", height + " and " + width);
    }
    BufferedImage img = loadImg(path, colorMode);
    int w = img.getWidth();
    int h = img.getHeight();
    if (w == width && h == height) {
      return img;
    }
    int partHeight = h;
    int partWidth = w;
    if (keepAspectRatio) {
      partHeight = (int) Math.min(h, (long) w * height / width);
      partWidth = (int) Math.min(w, (long) h * width / height);
    }
    int[] corner = {(w - partWidth) / 2, (h - partHeight) / 2};
    int[] part = {partWidth, partHeight};
    return PictureResize.of(img, corner, part, width, height, interpolation);
  }

  /**
   * A picture or a batch of pictures in another size, cut so that nothing is distorted ({@code
   * keras.preprocessing.image.smart_resize}).
   *
   * @param x {@code (height, width, channels)} or {@code (batch, height, width, channels)}, or with channels first
   * @param interpolation as {@code Ops.Image.resize} takes it
   * @param dataFormat null for the configured one
   * @return of the dtype of x, integers rounded
   */
  public static NDArray smartResize(
      NDArray x, int height, int width, String interpolation, @Nullable String dataFormat) {
    String format = channelsFirst(dataFormat) ? "channels_first" : "channels_last";
    int[] size = {height, width};
    return Ops.Image.resize(x, size, interpolation, false, true, false, "constant", 0, format)
        .toNDArray();
  }

  // ITU-R 601-2 luma, as the Python Imaging Library rounds it
  private static BufferedImage gray(BufferedImage from) {
    if (from.getType() == BufferedImage.TYPE_BYTE_GRAY) {
      return from;
    }
    BufferedImage out =
        new BufferedImage(from.getWidth(), from.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < from.getHeight(); y++) {
      for (int x = 0; x < from.getWidth(); x++) {
        int c = from.getRGB(x, y);
        int luma = (c >> 16 & 255) * 19595 + (c >> 8 & 255) * 38470 + (c & 255) * 7471 + 0x8000;
        out.getRaster().setSample(x, y, 0, luma >> 16);
      }
    }
    return out;
  }

  /**
   * The pixels of a picture ({@code keras.utils.img_to_array}), from 0 to 255.
   *
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @param dtype null for floatx
   * @return {@code (height, width, channels)} or {@code (channels, height, width)}
   */
  public static NDArray imgToArray(
      BufferedImage img, @Nullable String dataFormat, @Nullable DType dtype) {
    boolean first = channelsFirst(dataFormat);
    int w = img.getWidth();
    int h = img.getHeight();
    boolean gray = img.getType() == BufferedImage.TYPE_BYTE_GRAY;
    int n = gray ? 1 : img.getColorModel().hasAlpha() ? 4 : 3;
    Shape shape = first ? Shape.of(n, h, w) : Shape.of(h, w, n);
    NDArray out = NDArray.zeros(dtype == null ? Keras.floatx() : dtype, shape);
    Raster raster = img.getRaster();
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int c = gray ? 0 : img.getRGB(x, y);
        for (int k = 0; k < n; k++) {
          // red, green, blue, alpha
          int v = gray ? raster.getSample(x, y, 0) : c >> (k == 3 ? 24 : 16 - 8 * k) & 255;
          out.setDouble(first ? (k * h + y) * w + x : (y * w + x) * n + k, v);
        }
      }
    }
    return out;
  }

  /** {@link #imgToArray(BufferedImage, String, DType)} in the configured format and floatx. */
  public static NDArray imgToArray(BufferedImage img) {
    return imgToArray(img, null, null);
  }

  /**
   * The picture of an array ({@code keras.utils.array_to_img}).
   *
   * @param x {@code (height, width, channels)} or {@code (channels, height, width)}, 1, 3 or 4 channels
   * @param dataFormat {@code "channels_last"} or {@code "channels_first"}; null for the configured one
   * @param scale whether the least value becomes 0 and the greatest 255; otherwise values are from 0 to 255
   * @return the picture
   * @throws IllegalArgumentException if the array has another shape
   */
  public static BufferedImage arrayToImg(NDArray x, @Nullable String dataFormat, boolean scale) {
    boolean first = channelsFirst(dataFormat);
    if (x.rank() != 3) {
      throw wrong("array_to_img", "an array of rank 3", "shape " + x.shape());
    }
    int n = Math.toIntExact(x.shape().dim(first ? 0 : 2));
    int h = Math.toIntExact(x.shape().dim(first ? 1 : 0));
    int w = Math.toIntExact(x.shape().dim(first ? 2 : 1));
    if (n != 1 && n != 3 && n != 4) {
      throw wrong("array_to_img", "1, 3 or 4 channels", "shape " + x.shape());
    }
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < x.size(); i++) {
      low = Math.min(low, x.getFloat(i));
      high = Math.max(high, x.getFloat(i));
    }
    float span = high == low ? 1 : high - low;
    int[] types = {
      0, BufferedImage.TYPE_BYTE_GRAY, 0, BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB
    };
    BufferedImage out = new BufferedImage(w, h, types[n]);
    for (int y = 0; y < h; y++) {
      for (int c = 0; c < w; c++) {
        int color = n == 4 ? 0 : 255 << 24;
        for (int k = 0; k < n; k++) {
          float v = x.getFloat(first ? (k * h + y) * w + c : (y * w + c) * n + k);
          int b = (int) (scale ? (v - low) / span * 255 : v) & 255;
          if (n == 1) {
            out.getRaster().setSample(c, y, 0, b);
          }
          color |= b << (k == 3 ? 24 : 16 - 8 * k);
        }
        if (n > 1) {
          out.setRGB(c, y, color);
        }
      }
    }
    return out;
  }

  /**
   * Writes the picture of an array ({@code keras.utils.save_img}); JPEG without transparency.
   *
   * @param path its suffix says the format: {@code png}, {@code jpg}, {@code gif} or {@code bmp}
   * @param x as {@link #arrayToImg} takes it
   * @throws IOException if the file cannot be written
   */
  public static void saveImg(Path path, NDArray x, @Nullable String dataFormat, boolean scale)
      throws IOException {
    String name = String.valueOf(path.getFileName());
    saveImg(path, x, dataFormat, scale, name.substring(name.lastIndexOf('.') + 1));
  }

  /** Likewise, in a format ({@code file_format}) whatever the name's suffix is. */
  public static void saveImg(
      Path path, NDArray x, @Nullable String dataFormat, boolean scale, String fileFormat)
      throws IOException {
    String suffix = fileFormat.toLowerCase(Locale.ROOT);
    BufferedImage img = arrayToImg(x, dataFormat, scale);
    boolean opaque = suffix.equals("jpg") || suffix.equals("jpeg") || suffix.equals("bmp");
    if (opaque && img.getColorModel().hasAlpha()) {
      BufferedImage plain =
          new BufferedImage(img.getWidth(), img.getHeight(), BufferedImage.TYPE_INT_RGB);
      Graphics2D g = plain.createGraphics();
      g.drawImage(img, 0, 0, null);
      g.dispose();
      img = plain;
    }
    if (!ImageIO.getImageWritersBySuffix(suffix).hasNext()) {
      throw wrong("save_img", "a file that ends with .png, .jpg, .gif or .bmp", path);
    }
    BufferedImage picture = img;
    AtomicFile.write(path, out -> {
      if (!ImageIO.write(picture, suffix, out)) {
        throw new IOException("a picture of this kind cannot be written as " + suffix);
      }
    });
  }
}
