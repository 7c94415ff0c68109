package org.keras4j.training.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/**
 * Text files in folders, a folder for each class ({@code keras.utils.text_dataset_from_directory}): batches
 * {@code (batch)} of strings, and labels. The files ({@code .txt}) are read when a batch is asked for.
 */
public final class TextDirectory extends ShuffledBatches<TextDirectory> {
  private static final List<String> SUFFIXES = List.of(".txt");

  private final DirectoryIndex index;
  private @Nullable ClassLabels labels;
  private int maxLength = Integer.MAX_VALUE;

  private TextDirectory(DirectoryIndex index, @Nullable ClassLabels labels) {
    super(index.files().size(), 32);
    this.index = index;
    this.labels = labels;
  }

  /**
   * The files in the folders of a folder, which name their classes.
   *
   * @throws IOException if the folder cannot be read
   * @throws IllegalArgumentException if there are none
   */
  public static TextDirectory of(Path directory) throws IOException {
    return of(directory, null);
  }

  /** Likewise, of these folders alone, numbered in this order. */
  public static TextDirectory of(Path directory, @Nullable List<String> classNames)
      throws IOException {
    return new TextDirectory(DirectoryIndex.of(directory, classNames, SUFFIXES), ClassLabels.INT);
  }

  /** All files in a folder and those in it, without labels. */
  public static TextDirectory unlabelled(Path directory) throws IOException {
    return new TextDirectory(DirectoryIndex.flat(directory, SUFFIXES), null);
  }

  /**
   * The part to train on, the settings as they are now.
   *
   * @param validationSplit how much is kept for validation, between 0 and 1
   * @param seed of the order in which files are told apart, the same for both parts
   */
  public TextDirectory training(double validationSplit, long seed) {
    return part(index.shuffled(seed).split(validationSplit, false));
  }

  /** The part that {@link #training} leaves out. */
  public TextDirectory validation(double validationSplit, long seed) {
    return part(index.shuffled(seed).split(validationSplit, true));
  }

  private TextDirectory part(DirectoryIndex files) {
    TextDirectory out = new TextDirectory(files, labels);
    out.maxLength = maxLength;
    return out.batchSize(batchSize());
  }

  /** How labels are told; their numbers by default. */
  public TextDirectory labelMode(ClassLabels value) {
    value.of(new int[0], index.classNames().size());
    labels = value;
    return this;
  }

  /** How many bytes of a text are taken at most; all by default. */
  public TextDirectory maxLength(int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "TextDirectory: maxLength must be at least 1, got " + value);
    }
    maxLength = value;
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

  private String read(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(maxLength), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  @Override
  Batch samples(int[] numbers) {
    String[] texts = new String[numbers.length];
    int[] classes = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      texts[i] = read(index.files().get(numbers[i]));
      classes[i] = index.labels()[numbers[i]];
    }
    return Batch.of(
        NDArray.ofStrings(texts, Shape.of(texts.length)),
        labels == null ? null : labels.of(classes, index.classNames().size()));
  }
}
