package org.keras4j.training.callbacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.keras4j.core.internal.SavedState;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.distribution.Distribution;

/**
 * Saves the state of training, so that a {@code fit} that was cut off, by an exception, an interrupt or the end of its
 * process, goes on where it was, also in another process ({@code keras.callbacks.BackupAndRestore}). The model must be
 * built, and the program the same: model, {@code compile}, data and callbacks.
 *
 * <p>All of a training is in the backup: weights, the optimizer's state, seeds, the order of the data and the place in
 * it (with a {@code saveFreq} of batches, in the middle of an epoch), metrics so far, and what callbacks remember
 * ({@link Callback#state}). So the training goes on to the very numbers that it would have come to. The backup is one
 * file, {@code latest.weights.h5}, which is the old or the new one whole at any moment; beside it lies what Keras's
 * callback reads, and a backup that Keras's callback wrote is taken too. Whatever place this has among the callbacks, it
 * saves after the others were called.
 *
 * <p>Under a distribution over processes rank 0 writes, and all read: the directory must be one that all see.
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).callbacks(new BackupAndRestore("backup").saveFreq(500)));
 * }</pre>
 */
public final class BackupAndRestore extends FluentCallback<BackupAndRestore> {
  private static final Log LOG = Log.of(BackupAndRestore.class);
  private static final Pattern EPOCH = Pattern.compile("\"epoch\"\\s*:\\s*(\\d{1,9})\\b");

  private final Path directory;
  private final Path weights;
  private final Path metadata;
  private SaveFrequency saveFreq = SaveFrequency.of("BackupAndRestore", "epoch");
  private boolean doubleCheckpoint;
  private boolean deleteCheckpoint = true;
  private int epoch;
  private int batch;

  /**
   * Saves into a directory.
   *
   * @param backupDir the directory, which belongs to this callback alone
   */
  public BackupAndRestore(Path backupDir) {
    this.directory = backupDir;
    this.weights = backupDir.resolve("latest.weights.h5");
    this.metadata = backupDir.resolve("training_metadata.json");
  }

  /**
   * Saves into a directory.
   *
   * @param backupDir the directory, which belongs to this callback alone
   * @throws IllegalArgumentException if the name is empty
   */
  public BackupAndRestore(String backupDir) {
    this(Path.of(backupDir));
    if (backupDir.isEmpty()) {
      throw new IllegalArgumentException("BackupAndRestore: the directory's name is empty");
    }
  }

  /**
   * After how many batches to save, instead of after each epoch.
   *
   * @param batches more than 0
   * @return this callback
   * @throws IllegalArgumentException unless it is more than 0
   */
  public BackupAndRestore saveFreq(int batches) {
    return set("saveFreq", () -> this.saveFreq = SaveFrequency.of("BackupAndRestore", batches));
  }

  /**
   * When to save.
   *
   * @param value {@code "epoch"}, the default: after each
   * @return this callback
   * @throws IllegalArgumentException unless it is {@code "epoch"}
   */
  public BackupAndRestore saveFreq(String value) {
    return set("saveFreq", () -> this.saveFreq = SaveFrequency.of("BackupAndRestore", value));
  }

  /**
   * Whether the state before is kept too, in case saving is cut off.
   *
   * @param value false by default
   * @return this callback
   */
  public BackupAndRestore doubleCheckpoint(boolean value) {
    return set("doubleCheckpoint", () -> this.doubleCheckpoint = value);
  }

  /**
   * Whether the directory is deleted when training ends.
   *
   * @param value true by default
   * @return this callback
   */
  public BackupAndRestore deleteCheckpoint(boolean value) {
    return set("deleteCheckpoint", () -> this.deleteCheckpoint = value);
  }

  private static Path previous(Path file) {
    return file.resolveSibling(file.getFileName() + ".bkp");
  }

  /**
   * Goes on from the backup, if there is one. A damaged one is set aside, with a warning, and training goes on from the
   * one before, if that is kept, or begins anew.
   *
   * @throws RuntimeException if the backup is that of another model or optimizer
   */
  @Override
  public void onTrainBegin(Logs logs) {
    if (!model().isBuilt()) {
      throw new IllegalStateException(
          "BackupAndRestore: the model must be built before fit; call it on a batch of data");
    }
    try {
      for (Path file : List.of(weights, previous(weights))) {
        if (Files.exists(file) && isRead(file)) {
          return;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isRead(Path file) throws IOException {
    Path told = file.equals(weights) ? metadata : previous(metadata);
    try {
      if (!model().resumeTraining(file) && Files.exists(told)) {
        model().setInitialEpoch(epoch(told));
      }
      return true;
    } catch (IOException e) {
      if (!Distribution.isChief()) {
        return false;
      }
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn("BackupAndRestore: the backup is damaged, it lies at " + aside + " now: " + e);
      return false;
    }
  }

  // what Keras's callback wrote
  private static int epoch(Path metadata) throws IOException {
    Matcher m = EPOCH.matcher(Files.readString(metadata));
    if (!m.find()) {
      throw new IOException(metadata + " names no epoch");
    }
    return Integer.parseInt(m.group(1));
  }

  @Override
  public void onEpochBegin(int begun, Logs logs) {
    epoch = begun;
  }

  @Override
  public void onTrainBatchEnd(int ended, Logs logs) {
    batch = ended;
    if (saveFreq.isDue(ended)) {
      save();
    }
  }

  @Override
  public void onEpochEnd(int ended, Logs logs) {
    epoch = ended + 1;
    batch = 0;
    if (saveFreq.isEpoch()) {
      save();
    }
  }

  private void save() {
    if (!Distribution.isChief()) {
      return;
    }
    try {
      Files.createDirectories(directory);
      if (doubleCheckpoint && Files.exists(weights)) {
        // written first, so that one backup is there at any moment
        Path fresh = directory.resolve("next.weights.h5");
        model().saveTraining(fresh);
        rename(weights, previous(weights));
        rename(fresh, weights);
        if (Files.exists(metadata)) {
          rename(metadata, previous(metadata));
        }
      } else {
        model().saveTraining(weights);
      }
      Path written = directory.resolve("training_metadata.json.tmp");
      Files.writeString(written, "{\"epoch\": " + epoch + ", \"batch\": " + batch + "}");
      rename(written, metadata);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public Map<String, Object> state() {
    return Map.of("frequency", saveFreq.state());
  }

  @Override
  public void restore(Map<String, Object> state) {
    saveFreq.restore(SavedState.map(state, "frequency"));
  }

  @Override
  public void onTrainEnd(Logs logs) {
    if (!deleteCheckpoint || !Distribution.isChief() || !Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      // the backup itself last: whenever this is cut off, it is there or all is gone
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!p.equals(weights) && !p.equals(directory)) {
          Files.delete(p);
        }
      }
      Files.deleteIfExists(weights);
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it saves after numbers of batches. */
  @Override
  public boolean looksAtBatches() {
    return !saveFreq.isEpoch();
  }
}
