package org.keras4j.training.callbacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.SavedState;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.distribution.Distribution;
import org.keras4j.training.optimizers.Optimizer;

/**
 * Keeps the last checkpoints of a training in a folder, written while the training goes on: what {@code
 * keras.callbacks.OrbaxCheckpoint} is for, in files of this library, which need no other.
 *
 * <p>A checkpoint is a folder named by its number: the epoch, from 0, or with a {@link #saveFreq} of batches the batches
 * trained. It is a model's: {@code Model.load} reads it ({@link #latest} finds it), and Python's Keras where its weights are one file. It holds the
 * state of the optimizer and of the training too, so that {@link #resume} goes on to the very numbers that the training
 * would have come to; with {@link #saveWeightsOnly} the weights alone. A training waits only while values are copied from
 * the device, and for the checkpoint before, if that is still being written. Whenever the process is killed, each
 * checkpoint that is there is whole.
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).callbacks(
 *     new TrainingCheckpoint("checkpoints").maxToKeep(3).saveFreq(500).resume(true)));
 * }</pre>
 */
public final class TrainingCheckpoint extends MonitorCallback<TrainingCheckpoint> {
  private static final Log LOG = Log.of(TrainingCheckpoint.class);

  private final CheckpointFolder folder;
  private int verbose;
  private boolean saveBestOnly;
  private boolean saveWeightsOnly;
  private boolean saveOnBackground = true;
  private boolean resume;
  private @Nullable Integer maxToKeep = 1;
  private @Nullable Double maxShardSize;
  private SaveFrequency saveFreq = SaveFrequency.of("TrainingCheckpoint", "epoch");
  private @Nullable Double best;
  private long batches;
  private int lastBatch = -1;
  private @Nullable ExecutorService writer;
  private @Nullable Future<?> pending;

  /**
   * Keeps checkpoints in a folder, watching {@code val_loss} if only the best are kept.
   *
   * @param directory the folder, which belongs to this callback alone
   */
  public TrainingCheckpoint(Path directory) {
    this(directory, "val_loss");
  }

  /**
   * Keeps checkpoints in a folder.
   *
   * @param directory the folder, which belongs to this callback alone
   * @param monitor the name of the number that tells the best
   */
  public TrainingCheckpoint(Path directory, String monitor) {
    super(monitor);
    this.folder = new CheckpointFolder(directory);
  }

  /**
   * Keeps checkpoints in a folder, watching {@code val_loss} if only the best are kept.
   *
   * @param directory the folder, which belongs to this callback alone
   */
  public TrainingCheckpoint(String directory) {
    this(Path.of(directory));
  }

  /**
   * Whether it says on the standard output what it saves.
   *
   * @param value 0 silent (the default), 1 says it
   * @return this callback
   */
  public TrainingCheckpoint verbose(int value) {
    return set("verbose", () -> this.verbose = value);
  }

  /**
   * Whether only what is better than all before is saved.
   *
   * @param value false by default
   * @return this callback
   */
  public TrainingCheckpoint saveBestOnly(boolean value) {
    return set("saveBestOnly", () -> this.saveBestOnly = value);
  }

  /**
   * Whether weights alone are saved: no config, no state of the optimizer.
   *
   * @param value false by default
   * @return this callback
   */
  public TrainingCheckpoint saveWeightsOnly(boolean value) {
    return set("saveWeightsOnly", () -> this.saveWeightsOnly = value);
  }

  /**
   * Whether files are written while the training goes on. What fails then is thrown at the next checkpoint, or at the end.
   *
   * @param value true by default
   * @return this callback
   */
  public TrainingCheckpoint saveOnBackground(boolean value) {
    return set("saveOnBackground", () -> this.saveOnBackground = value);
  }

  /**
   * How many checkpoints are kept, the newest.
   *
   * @param value 1 by default; null for all
   * @return this callback
   * @throws IllegalArgumentException unless it is null or positive
   */
  public TrainingCheckpoint maxToKeep(@Nullable Integer value) {
    return set("maxToKeep", () -> {
      if (value != null && value <= 0) {
        throw new IllegalArgumentException(
            "TrainingCheckpoint: maxToKeep expects null or a positive number, got " + value);
      }
      this.maxToKeep = value;
    });
  }

  /** {@link #maxToKeep(Integer)} of a number. */
  public TrainingCheckpoint maxToKeep(int value) {
    return maxToKeep((Integer) value);
  }

  /**
   * Writes the weights of a checkpoint as several files, {@code model.weights.json} and those that it lists.
   *
   * @param gigabytes the most that one of them holds, in 2^30 bytes; one file unless it is set
   * @return this callback
   * @throws IllegalArgumentException unless it is positive
   */
  public TrainingCheckpoint maxShardSize(double gigabytes) {
    return set("maxShardSize", () -> {
      if (!(gigabytes > 0)) {
        throw new IllegalArgumentException(
            "TrainingCheckpoint: maxShardSize expects a positive number of gigabytes, got "
                + gigabytes);
      }
      this.maxShardSize = gigabytes;
    });
  }

  /**
   * After how many batches to save, instead of after each epoch.
   *
   * @param value more than 0
   * @return this callback
   * @throws IllegalArgumentException unless it is more than 0
   */
  public TrainingCheckpoint saveFreq(int value) {
    return set("saveFreq", () -> this.saveFreq = SaveFrequency.of("TrainingCheckpoint", value));
  }

  /**
   * When to save.
   *
   * @param value {@code "epoch"}, the default: after each
   * @return this callback
   * @throws IllegalArgumentException unless it is {@code "epoch"}
   */
  public TrainingCheckpoint saveFreq(String value) {
    return set("saveFreq", () -> this.saveFreq = SaveFrequency.of("TrainingCheckpoint", value));
  }

  /**
   * Only values better than this are saved, where only the best are.
   *
   * @param value null (the default) for any
   * @return this callback
   */
  public TrainingCheckpoint initialValueThreshold(@Nullable Double value) {
    return set("initialValueThreshold", () -> this.best = value);
  }

  /** {@link #initialValueThreshold(Double)} of a number. */
  public TrainingCheckpoint initialValueThreshold(double value) {
    return initialValueThreshold((Double) value);
  }

  /**
   * Whether a training goes on from the newest checkpoint, if there is one; the program must be the same, and the model
   * built.
   *
   * @param value false by default
   * @return this callback
   */
  public TrainingCheckpoint resume(boolean value) {
    return set("resume", () -> this.resume = value);
  }

  /**
   * The newest checkpoint of a folder, which {@code Model.load} reads; none if there is none.
   *
   * @throws UncheckedIOException if the folder cannot be read
   */
  public static Optional<Path> latest(Path directory) {
    SortedMap<Long, Path> all = checkpoints(directory);
    return all.isEmpty() ? Optional.empty() : Optional.ofNullable(all.get(all.lastKey()));
  }

  /**
   * The checkpoints of a folder by their numbers, the oldest first.
   *
   * @throws UncheckedIOException if the folder cannot be read
   */
  public static SortedMap<Long, Path> checkpoints(Path directory) {
    return new CheckpointFolder(directory).checkpoints();
  }

  @Override
  public void onTrainBegin(Logs logs) {
    if (Distribution.isChief()) {
      folder.sweep();
    }
    Optimizer optimizer = model().optimizer();
    batches = optimizer == null ? 0 : (long) optimizer.iterations().item();
    lastBatch = -1;
    if (resume) {
      resumeFromLatest();
    }
  }

  private void resumeFromLatest() {
    if (saveWeightsOnly) {
      throw new IllegalArgumentException(
          "TrainingCheckpoint: resume needs more than weights, so not saveWeightsOnly(true)");
    }
    Optional<Path> latest = latest(folder.directory());
    if (latest.isEmpty()) {
      return;
    }
    if (!model().isBuilt()) {
      throw new IllegalStateException(
          "TrainingCheckpoint: the model must be built before fit goes on; call it on a batch of"
              + " data");
    }
    Path one = latest.get().resolve("model.weights.h5");
    Path file = Files.exists(one) ? one : latest.get().resolve("model.weights.json");
    try {
      if (!model().resumeTraining(file)) {
        throw new IllegalStateException("TrainingCheckpoint: " + latest.get()
            + " holds weights alone, so no training goes on from it");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "TrainingCheckpoint: " + latest.get()
              + " is damaged; delete it to go on from the one before",
          e);
    }
  }

  @Override
  public void onTrainBatchEnd(int batch, Logs logs) {
    batches += batch <= lastBatch ? batch + 1 : batch - lastBatch;
    lastBatch = batch;
    if (saveFreq.isDue(batch)) {
      save(batches, logs);
    }
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    if (saveFreq.isEpoch()) {
      save(epoch, logs);
    }
  }

  private void save(long step, Logs logs) {
    if (!isWanted(logs) || !Distribution.isChief()) {
      return;
    }
    waitUntilFinished();
    folder.requireFree(step);
    TrainingModel.Snapshot copy = model().snapshot(saveWeightsOnly, maxShardSize);
    if (saveOnBackground) {
      ExecutorService w = writer;
      if (w == null) {
        w = Executors.newSingleThreadExecutor(task -> {
          Thread t = new Thread(task, "keras4j-checkpoint");
          t.setDaemon(true);
          return t;
        });
        writer = w;
      }
      pending = w.submit(() -> folder.write(step, copy, maxToKeep));
    } else {
      folder.write(step, copy, maxToKeep);
    }
    if (verbose > 0) {
      Console.line("\nTrainingCheckpoint: saving checkpoint " + step + " to " + folder.directory());
    }
  }

  private boolean isWanted(Logs logs) {
    if (!saveBestOnly) {
      return true;
    }
    Double current = logs.get(monitor());
    if (current == null) {
      LOG.warn("TrainingCheckpoint tells the best by '" + monitor()
          + "', which is not there; there are " + logs.keySet() + "; nothing is saved");
      return false;
    }
    if (!isImprovement(current, best)) {
      return false;
    }
    best = current;
    return true;
  }

  /**
   * Waits until the checkpoint that is being written is there.
   *
   * @throws UncheckedIOException if it could not be written
   */
  public void waitUntilFinished() {
    Future<?> f = pending;
    pending = null;
    if (f == null) {
      return;
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          f.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true; // what is being written is finished first
        } catch (ExecutionException e) {
          if (e.getCause() instanceof UncheckedIOException io) {
            throw new UncheckedIOException(io.getMessage(), io.getCause());
          }
          throw new IllegalStateException("TrainingCheckpoint: " + e.getCause(), e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void onTrainEnd(Logs logs) {
    try {
      waitUntilFinished();
    } finally {
      ExecutorService w = writer;
      writer = null;
      if (w != null) {
        w.shutdown();
      }
    }
  }

  @Override
  public Map<String, Object> state() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("best", best);
    out.put("batches", batches);
    out.put("last_batch", lastBatch);
    out.put("frequency", saveFreq.state());
    return out;
  }

  @Override
  public void restore(Map<String, Object> state) {
    best = (Double) state.get("best");
    batches = SavedState.number(state, "batches").longValue();
    lastBatch = SavedState.number(state, "last_batch").intValue();
    saveFreq.restore(SavedState.map(state, "frequency"));
  }

  /** Whether it saves after numbers of batches. */
  @Override
  public boolean looksAtBatches() {
    return !saveFreq.isEpoch();
  }
}
