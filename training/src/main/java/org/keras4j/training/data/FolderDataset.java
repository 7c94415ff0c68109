package org.keras4j.training.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;

/**
 * Files in folders, a folder for each class, read when a batch is asked for.
 *
 * @param <S> the class itself
 */
abstract class FolderDataset<S extends FolderDataset<S>> extends ShuffledBatches<S> {
  private final DirectoryIndex index;
  private @Nullable ClassLabels labels;

  FolderDataset(DirectoryIndex index, @Nullable ClassLabels labels) {
    super(index.files().size(), 32);
    this.index = index;
    this.labels = labels;
  }

  /** A dataset of other files with this one's settings. */
  abstract S with(DirectoryIndex files, @Nullable ClassLabels labels);

  /** What is in files, a row each. */
  abstract NDArray read(List<Path> files);

  /**
   * The part to train on, the settings as they are now.
   *
   * @param validationSplit how much is kept for validation, between 0 and 1
   * @param seed of the order in which files are told apart, the same for both parts; Keras's for the same seed, from 0 to
   *     2^32 - 1
   * @return a data set of that part
   */
  public final S training(double validationSplit, long seed) {
    return part(validationSplit, seed, false);
  }

  /** Likewise, without another order: the last files, by class and name, are for validation. */
  public final S training(double validationSplit) {
    return part(validationSplit, null, false);
  }

  /** The part that {@link #training(double)} leaves out. */
  public final S validation(double validationSplit) {
    return part(validationSplit, null, true);
  }

  /** Both parts, {@link #training} and {@link #validation} ({@code subset="both"}). */
  public final List<S> both(double validationSplit, long seed) {
    return List.of(training(validationSplit, seed), validation(validationSplit, seed));
  }

  /** The part that {@link #training(double, long)} leaves out. */
  public final S validation(double validationSplit, long seed) {
    return part(validationSplit, seed, true);
  }

  private S part(double validationSplit, @Nullable Long seed, boolean validation) {
    DirectoryIndex all = seed == null ? index : index.shuffled(seed);
    DirectoryIndex files = all.split(validationSplit, validation);
    return with(files, labels).batchSize(batchSize());
  }

  /** How labels are told; their numbers by default. */
  public final S labelMode(ClassLabels value) {
    value.of(new int[0], index.classNames().size());
    labels = value;
    return self();
  }

  /** The classes by number; none without labels. */
  public final List<String> classNames() {
    return index.classNames();
  }

  /** The files, in the order before shuffling. */
  public final List<Path> filePaths() {
    return index.files();
  }

  @Override
  final Batch samples(int[] numbers) {
    DirectoryIndex files = index.chosen(numbers);
    return Batch.of(
        read(files.files()),
        labels == null ? null : labels.of(files.labels(), index.classNames().size()));
  }
}
