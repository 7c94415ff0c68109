package org.keras4j.training.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/**
 * Sound in folders, a folder for each class ({@code keras.utils.audio_dataset_from_directory}): batches float32 {@code (batch,
 * samples, channels)} from -1 to 1, and labels. The files (WAV: integers of 8, 16, 24 or 32 bits, or floats) are read when a
 * batch is asked for. In place of ragged batches, which there are not, short ones are filled up with zeros.
 */
public final class AudioDirectory extends FolderDataset<AudioDirectory> {
  private static final List<String> SUFFIXES = List.of(".wav");

  private int length;
  private int rate;

  private AudioDirectory(DirectoryIndex index, @Nullable ClassLabels labels) {
    super(index, labels);
  }

  /**
   * The files in the folders of a folder, which name their classes.
   *
   * @throws IOException if the folder cannot be read
   * @throws IllegalArgumentException if there are none
   */
  public static AudioDirectory of(Path directory) throws IOException {
    return of(directory, null, false);
  }

  /**
   * Likewise.
   *
   * @param classNames the folders to take, numbered in this order; null for all
   * @param followLinks whether folders that symbolic links lead to are looked into
   * @return the data set
   */
  public static AudioDirectory of(
      Path directory, @Nullable List<String> classNames, boolean followLinks) throws IOException {
    return new AudioDirectory(
        DirectoryIndex.of(directory, classNames, SUFFIXES, followLinks), ClassLabels.INT);
  }

  /** All files in a folder and those in it, without labels. */
  public static AudioDirectory unlabelled(Path directory) throws IOException {
    return new AudioDirectory(DirectoryIndex.flat(directory, SUFFIXES, false), null);
  }

  /**
   * All files in a folder and those in it, whose classes are given.
   *
   * @param labels a number for each file, folder by folder in the order of their names
   * @return the data set
   * @throws IllegalArgumentException if there are more or fewer files
   */
  public static AudioDirectory labelled(Path directory, int[] labels) throws IOException {
    return new AudioDirectory(
        DirectoryIndex.labelled(directory, labels, SUFFIXES, false), ClassLabels.INT);
  }

  @Override
  AudioDirectory with(DirectoryIndex files, @Nullable ClassLabels labels) {
    AudioDirectory out = new AudioDirectory(files, labels);
    out.length = length;
    out.rate = rate;
    return out;
  }

  /**
   * The samples of each file: longer ones are cut, shorter ones filled up with zeros. By default, in each batch those of its longest
   * file.
   */
  public AudioDirectory outputSequenceLength(int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "AudioDirectory: outputSequenceLength must be at least 1, got " + value);
    }
    length = value;
    return this;
  }

  /** Samples a second to which all files are brought; by default each stays as it is. */
  public AudioDirectory samplingRate(int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "AudioDirectory: samplingRate must be at least 1, got " + value);
    }
    rate = value;
    return this;
  }

  private NDArray read(Path file) {
    try {
      Wav wav = Wav.read(file);
      return (rate == 0 ? wav : wav.resampled(rate)).samples();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  @Override
  NDArray read(List<Path> files) {
    List<NDArray> sounds = new ArrayList<>();
    long longest = 0;
    for (Path f : files) {
      NDArray x = read(f);
      longest = Math.max(longest, x.shape().dim(0));
      sounds.add(x);
      if (x.shape().dim(1) != sounds.get(0).shape().dim(1)) {
        throw new IllegalArgumentException(
            "AudioDirectory: '" + f + "' has " + x.shape().dim(1) + " channels, '" + files.get(0)
                + "' has " + sounds.get(0).shape().dim(1));
      }
    }
    long samples = length == 0 ? longest : length;
    long channels = sounds.isEmpty() ? 1 : sounds.get(0).shape().dim(1);
    NDArray out = NDArray.zeros(DType.FLOAT32, Shape.of(files.size(), samples, channels));
    int row = Math.toIntExact(samples * channels * Float.BYTES);
    for (int i = 0; i < sounds.size(); i++) {
      NDArray x = sounds.get(i);
      out.bytes().put(i * row, x.bytes(), 0, Math.min(row, x.bytes().remaining()));
    }
    return out;
  }
}
