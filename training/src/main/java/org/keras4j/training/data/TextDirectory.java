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
public final class TextDirectory extends FolderDataset<TextDirectory> {
  private static final List<String> SUFFIXES = List.of(".txt");

  private int maxLength = Integer.MAX_VALUE;

  private TextDirectory(DirectoryIndex index, @Nullable ClassLabels labels) {
    super(index, labels);
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
    return new TextDirectory(
        DirectoryIndex.of(directory, classNames, SUFFIXES, false), ClassLabels.INT);
  }

  /** All files in a folder and those in it, without labels. */
  public static TextDirectory unlabelled(Path directory) throws IOException {
    return new TextDirectory(DirectoryIndex.flat(directory, SUFFIXES, false), null);
  }

  /**
   * Likewise.
   *
   * @param classNames the folders to take; null for all
   * @param followLinks whether folders that symbolic links lead to are looked into
   * @return the data set
   */
  public static TextDirectory of(
      Path directory, @Nullable List<String> classNames, boolean followLinks) throws IOException {
    return new TextDirectory(
        DirectoryIndex.of(directory, classNames, SUFFIXES, followLinks), ClassLabels.INT);
  }

  /**
   * All files in a folder and those in it, whose classes are given.
   *
   * @param labels a number for each file, folder by folder in the order of their names
   * @return the data set
   * @throws IllegalArgumentException if there are more or fewer files
   */
  public static TextDirectory labelled(Path directory, int[] labels) throws IOException {
    return new TextDirectory(
        DirectoryIndex.labelled(directory, labels, SUFFIXES, false), ClassLabels.INT);
  }

  @Override
  TextDirectory with(DirectoryIndex files, @Nullable ClassLabels labels) {
    TextDirectory out = new TextDirectory(files, labels);
    out.maxLength = maxLength;
    return out;
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

  private String read(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(maxLength), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  @Override
  NDArray read(List<Path> files) {
    String[] texts = files.stream().map(this::read).toArray(String[]::new);
    return NDArray.ofStrings(texts, Shape.of(texts.length));
  }
}
