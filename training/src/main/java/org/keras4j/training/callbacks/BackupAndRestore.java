package org.keras4j.training.callbacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.keras4j.training.optimizers.Optimizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the state of training, so that a {@code fit} that was cut off goes on where it was ({@code
 * keras.callbacks.BackupAndRestore}). The model must be built.
 */
public final class BackupAndRestore extends Callback {
  private static final Logger LOG = LoggerFactory.getLogger(BackupAndRestore.class);
  private static final Pattern EPOCH = Pattern.compile("\"epoch\"\\s*:\\s*(\\d+)");

  private final Path directory;
  private final Path weights;
  private final Path metadata;
  private SaveFrequency saveFreq = SaveFrequency.of("BackupAndRestore", "epoch");
  private boolean doubleCheckpoint;
  private boolean deleteCheckpoint = true;
  private int epoch;
  private int batch;

  /** Saves into a directory, which belongs to this callback alone. */
  public BackupAndRestore(Path backupDir) {
    this.directory = backupDir;
    this.weights = backupDir.resolve("latest.weights.h5");
    this.metadata = backupDir.resolve("training_metadata.json");
  }

  /** Saves into a directory, which belongs to this callback alone. */
  public BackupAndRestore(String backupDir) {
    this(Path.of(backupDir));
    if (backupDir.isEmpty()) {
      throw new IllegalArgumentException("BackupAndRestore: the directory's name is empty");
    }
  }

  /** {@code "epoch"} (the default), or after how many batches to save. */
  public BackupAndRestore saveFreq(Object value) {
    this.saveFreq = SaveFrequency.of("BackupAndRestore", value);
    return this;
  }

  /** Whether the state before is kept too, in case saving is cut off; false by default. */
  public BackupAndRestore doubleCheckpoint(boolean value) {
    this.doubleCheckpoint = value;
    return this;
  }

  /** Whether the directory is deleted when training ends; true by default. */
  public BackupAndRestore deleteCheckpoint(boolean value) {
    this.deleteCheckpoint = value;
    return this;
  }

  private static Path previous(Path file) {
    return file.resolveSibling(file.getFileName() + ".bkp");
  }

  @Override
  public void onTrainBegin(Logs logs) {
    try {
      load();
    } catch (IOException | RuntimeException e) {
      if (!Files.exists(previous(weights))) {
        throw e instanceof RuntimeException r ? r : new UncheckedIOException((IOException) e);
      }
      LOG.warn("{} cannot be read, going on from the state before: {}", weights, e.toString());
      try {
        copy(previous(weights), weights);
        if (Files.exists(previous(metadata))) {
          copy(previous(metadata), metadata);
        } else {
          Files.deleteIfExists(metadata);
        }
        load();
      } catch (IOException second) {
        throw new UncheckedIOException(second);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private void load() throws IOException {
    if (!model().isBuilt()) {
      throw new IllegalStateException(
          "BackupAndRestore: the model must be built before fit; call it on a batch of data");
    }
    if (Files.exists(weights)) {
      Optimizer o = model().optimizer();
      if (o != null && !o.isBuilt()) {
        o.build(model().trainableVariables());
      }
      model().loadWeights(weights);
    }
    if (Files.exists(metadata)) {
      Matcher m = EPOCH.matcher(Files.readString(metadata));
      if (!m.find()) {
        throw new IOException(metadata + " names no epoch");
      }
      model().setInitialEpoch(Integer.parseInt(m.group(1)));
    }
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
    try {
      Files.createDirectories(directory);
      for (Path p : List.of(weights, metadata)) {
        if (doubleCheckpoint && Files.exists(p)) {
          copy(p, previous(p));
        }
      }
      model().saveWeights(weights);
      Files.writeString(metadata, "{\"epoch\": " + epoch + ", \"batch\": " + batch + "}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onTrainEnd(Logs logs) {
    if (!deleteCheckpoint || !Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
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
