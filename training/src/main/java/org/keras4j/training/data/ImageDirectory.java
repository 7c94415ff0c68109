package org.keras4j.training.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.ops.Ops;

/**
 * Pictures in folders, a folder for each class ({@code keras.utils.image_dataset_from_directory}): batches {@code
 * (batch, height, width, channels)} of float32 numbers from 0 to 255, and labels. The files (PNG, JPEG, GIF,
 * BMP) are read when a batch is asked for.
 */
public final class ImageDirectory extends FolderDataset<ImageDirectory> {
  private static final List<String> SUFFIXES = List.of(".bmp", ".gif", ".jpeg", ".jpg", ".png");

  private String colorMode = "rgb";
  private int height = 256;
  private int width = 256;
  private String interpolation = "bilinear";
  private boolean crop;
  private boolean pad;
  private String dataFormat = Keras.imageDataFormat();

  private ImageDirectory(DirectoryIndex index, @Nullable ClassLabels labels) {
    super(index, labels);
  }

  /**
   * The pictures in the folders of a folder, which name their classes.
   *
   * @throws IOException if the folder cannot be read
   * @throws IllegalArgumentException if there are none
   */
  public static ImageDirectory of(Path directory) throws IOException {
    return of(directory, null);
  }

  /** Likewise, of these folders alone, numbered in this order. */
  public static ImageDirectory of(Path directory, @Nullable List<String> classNames)
      throws IOException {
    return new ImageDirectory(
        DirectoryIndex.of(directory, classNames, SUFFIXES, false), ClassLabels.INT);
  }

  /** All pictures in a folder and those in it, without labels. */
  public static ImageDirectory unlabelled(Path directory) throws IOException {
    return new ImageDirectory(DirectoryIndex.flat(directory, SUFFIXES, false), null);
  }

  /**
   * Likewise.
   *
   * @param classNames the folders to take; null for all
   * @param followLinks whether folders that symbolic links lead to are looked into
   * @return the data set
   */
  public static ImageDirectory of(
      Path directory, @Nullable List<String> classNames, boolean followLinks) throws IOException {
    return new ImageDirectory(
        DirectoryIndex.of(directory, classNames, SUFFIXES, followLinks), ClassLabels.INT);
  }

  /**
   * All pictures in a folder and those in it, whose classes are given.
   *
   * @param labels a number for each file, folder by folder in the order of their names
   * @return the data set
   * @throws IllegalArgumentException if there are more or fewer files
   */
  public static ImageDirectory labelled(Path directory, int[] labels) throws IOException {
    return new ImageDirectory(
        DirectoryIndex.labelled(directory, labels, SUFFIXES, false), ClassLabels.INT);
  }

  @Override
  ImageDirectory with(DirectoryIndex files, @Nullable ClassLabels labels) {
    ImageDirectory out = new ImageDirectory(files, labels);
    out.colorMode = colorMode;
    out.height = height;
    out.width = width;
    out.interpolation = interpolation;
    out.crop = crop;
    out.pad = pad;
    out.dataFormat = dataFormat;
    return out;
  }

  /** {@code "rgb"} (the default), {@code "rgba"} or {@code "grayscale"}. */
  public ImageDirectory colorMode(String value) {
    Images.channels(value);
    colorMode = value;
    return this;
  }

  /** What pictures are resized to; 256 and 256 by default. */
  public ImageDirectory imageSize(int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "ImageDirectory: sizes must be at least 1, got " + height + " and " + width);
    }
    this.height = height;
    this.width = width;
    return this;
  }

  /** As {@link Ops.Image#resize} takes it; {@code "bilinear"} by default. */
  public ImageDirectory interpolation(String value) {
    interpolation = value;
    return this;
  }

  /** Whether pictures are cropped so that nothing is distorted; false by default. */
  public ImageDirectory cropToAspectRatio(boolean value) {
    crop = value;
    return this;
  }

  /** Whether pictures are padded so that nothing is distorted; false by default. */
  public ImageDirectory padToAspectRatio(boolean value) {
    pad = value;
    return this;
  }

  /** {@code "channels_last"} or {@code "channels_first"}; the configured one by default. */
  public ImageDirectory dataFormat(String value) {
    dataFormat = value;
    return this;
  }

  private NDArray read(Path file) {
    NDArray x;
    try {
      x = Images.imgToArray(Images.loadImg(file, colorMode), dataFormat, DType.FLOAT32);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    int rows = dataFormat.equals("channels_first") ? 1 : 0;
    if (x.shape().dim(rows) == height && x.shape().dim(rows + 1) == width) {
      return x;
    }
    int[] size = {height, width};
    return Ops.Image.resize(x, size, interpolation, false, crop, pad, "constant", 0, dataFormat)
        .toNDArray();
  }

  @Override
  NDArray read(List<Path> files) {
    int channels = Images.channels(colorMode);
    int n = files.size();
    NDArray out = NDArray.zeros(
        DType.FLOAT32,
        dataFormat.equals("channels_first")
            ? Shape.of(n, channels, height, width)
            : Shape.of(n, height, width, channels));
    ByteBuffer bytes = out.bytes();
    files.forEach(f -> bytes.put(read(f).bytes()));
    return out;
  }
}
