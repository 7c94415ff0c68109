package org.keras4j.training.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.ops.ImageOps;

/**
 * Pictures in folders, a folder for each class ({@code keras.utils.image_dataset_from_directory}): batches {@code
 * (batch, height, width, channels)} of float32 numbers from 0 to 255, and labels. The files (PNG, JPEG, GIF,
 * BMP) are read when a batch is asked for.
 */
public final class ImageDirectory extends ShuffledBatches<ImageDirectory> {
  private static final List<String> SUFFIXES = List.of(".bmp", ".gif", ".jpeg", ".jpg", ".png");

  private final DirectoryIndex index;
  private @Nullable ClassLabels labels;
  private String colorMode = "rgb";
  private int height = 256;
  private int width = 256;
  private String interpolation = "bilinear";
  private boolean crop;
  private boolean pad;
  private String dataFormat = Keras.imageDataFormat();

  private ImageDirectory(DirectoryIndex index, @Nullable ClassLabels labels) {
    super(index.files().size(), 32);
    this.index = index;
    this.labels = labels;
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
    return new ImageDirectory(DirectoryIndex.of(directory, classNames, SUFFIXES), ClassLabels.INT);
  }

  /** All pictures in a folder and those in it, without labels. */
  public static ImageDirectory unlabelled(Path directory) throws IOException {
    return new ImageDirectory(DirectoryIndex.flat(directory, SUFFIXES), null);
  }

  /**
   * The part to train on, the settings as they are now.
   *
   * @param validationSplit how much is kept for validation, between 0 and 1
   * @param seed of the order in which files are told apart, the same for both parts
   */
  public ImageDirectory training(double validationSplit, long seed) {
    return part(index.shuffled(seed).split(validationSplit, false));
  }

  /** The part that {@link #training} leaves out. */
  public ImageDirectory validation(double validationSplit, long seed) {
    return part(index.shuffled(seed).split(validationSplit, true));
  }

  private ImageDirectory part(DirectoryIndex files) {
    ImageDirectory out = new ImageDirectory(files, labels);
    out.colorMode = colorMode;
    out.height = height;
    out.width = width;
    out.interpolation = interpolation;
    out.crop = crop;
    out.pad = pad;
    out.dataFormat = dataFormat;
    return out.batchSize(batchSize());
  }

  /** How labels are told; their numbers by default. */
  public ImageDirectory labelMode(ClassLabels value) {
    value.of(new int[0], index.classNames().size());
    labels = value;
    return this;
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

  /** As {@link ImageOps#resize} takes it; {@code "bilinear"} by default. */
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

  /** The classes by number; none without labels. */
  public List<String> classNames() {
    return index.classNames();
  }

  /** The files, in the order before shuffling. */
  public List<Path> filePaths() {
    return index.files();
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
    return ImageOps.resize(x, size, interpolation, false, crop, pad, "constant", 0, dataFormat)
        .toNDArray();
  }

  @Override
  Batch samples(int[] numbers) {
    int channels = Images.channels(colorMode);
    Shape shape = dataFormat.equals("channels_first")
        ? Shape.of(numbers.length, channels, height, width)
        : Shape.of(numbers.length, height, width, channels);
    NDArray x = NDArray.zeros(DType.FLOAT32, shape);
    int[] classes = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      NDArray one = read(index.files().get(numbers[i]));
      int size = one.size();
      for (int k = 0; k < size; k++) {
        x.setDouble(i * size + k, one.getDouble(k));
      }
      classes[i] = index.labels()[numbers[i]];
    }
    return Batch.of(
        x, labels == null ? null : labels.of(classes, index.classNames().size()));
  }
}
