package org.keras4j.training.callbacks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.SavedState;
import org.keras4j.core.internal.messages.Log;

/**
 * Saves the model, or its weights, while it trains ({@code keras.callbacks.ModelCheckpoint}).
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(100).validationSplit(0.2)
 *     .callbacks(new ModelCheckpoint("model-{epoch:02d}.keras").saveBestOnly(true)));
 * }</pre>
 */
public final class ModelCheckpoint extends MonitorCallback<ModelCheckpoint> {
  private static final Log LOG = Log.of(ModelCheckpoint.class);

  private final String filepath;
  private int verbose;
  private boolean saveBestOnly;
  private boolean saveWeightsOnly;
  private SaveFrequency saveFreq = SaveFrequency.of("ModelCheckpoint", "epoch");
  private @Nullable Double best;
  private int epoch;

  /**
   * Saves to a file, watching {@code val_loss}.
   *
   * @param filepath as {@link #ModelCheckpoint(String, String)} takes it
   */
  public ModelCheckpoint(String filepath) {
    this(filepath, "val_loss");
  }

  /**
   * Saves to a file.
   *
   * @param filepath a {@code .keras} file, or a {@code .weights.h5} file if only weights are saved; {@code
   *     {epoch:02d}} and {@code {val_loss:.2f}} in it become the epoch, from 1, and numbers of the logs
   * @param monitor the name of the number that tells the best epoch
   */
  public ModelCheckpoint(String filepath, String monitor) {
    super(monitor);
    this.filepath = filepath;
  }

  /**
   * Saves to a file, watching {@code val_loss}.
   *
   * @param filepath as {@link #ModelCheckpoint(String, String)} takes it
   */
  public ModelCheckpoint(Path filepath) {
    this(filepath.toString());
  }

  /**
   * Whether it says on the standard output what it does.
   *
   * @param value 0 silent (the default), 1 says what it does
   * @return this callback
   */
  public ModelCheckpoint verbose(int value) {
    return set("verbose", () -> this.verbose = value);
  }

  /**
   * Whether only an epoch better than all before is saved.
   *
   * @param value false by default
   * @return this callback
   */
  public ModelCheckpoint saveBestOnly(boolean value) {
    return set("saveBestOnly", () -> this.saveBestOnly = value);
  }

  /**
   * Whether weights alone are saved.
   *
   * @param value false by default
   * @return this callback
   */
  public ModelCheckpoint saveWeightsOnly(boolean value) {
    return set("saveWeightsOnly", () -> this.saveWeightsOnly = value);
  }

  /**
   * After how many batches to save, instead of after each epoch.
   *
   * @param batches more than 0
   * @return this callback
   * @throws IllegalArgumentException unless it is more than 0
   */
  public ModelCheckpoint saveFreq(int batches) {
    return set("saveFreq", () -> this.saveFreq = SaveFrequency.of("ModelCheckpoint", batches));
  }

  /**
   * When to save.
   *
   * @param value {@code "epoch"}, the default: after each
   * @return this callback
   * @throws IllegalArgumentException unless it is {@code "epoch"}
   */
  public ModelCheckpoint saveFreq(String value) {
    return set("saveFreq", () -> this.saveFreq = SaveFrequency.of("ModelCheckpoint", value));
  }

  /**
   * Only values better than this are saved, where only the best are.
   *
   * @param value null (the default) for any
   * @return this callback
   */
  public ModelCheckpoint initialValueThreshold(@Nullable Double value) {
    return set("initialValueThreshold", () -> this.best = value);
  }

  /** {@link #initialValueThreshold(Double)} of a number. */
  public ModelCheckpoint initialValueThreshold(double value) {
    return initialValueThreshold((Double) value);
  }

  /** The best value so far, or null. */
  public @Nullable Double best() {
    return best;
  }

  /** Whether rank 0 alone has it: it does. */
  @Override
  public boolean isForChief() {
    return true;
  }

  @Override
  public void onTrainBegin(Logs logs) {
    boolean fits = saveWeightsOnly
        ? filepath.endsWith(".weights.h5")
        : filepath.endsWith(".keras") || filepath.endsWith(".h5");
    if (!fits) {
      throw new IllegalArgumentException("ModelCheckpoint: expected a file name that ends in "
          + (saveWeightsOnly ? "'.weights.h5'" : "'.keras'") + ", got '" + filepath + "'");
    }
  }

  @Override
  public void onEpochBegin(int newEpoch, Logs logs) {
    epoch = newEpoch;
  }

  @Override
  public void onTrainBatchEnd(int batch, Logs logs) {
    if (saveFreq.isDue(batch)) {
      save(batch, logs);
    }
  }

  @Override
  public void onEpochEnd(int ended, Logs logs) {
    if (saveFreq.isEpoch()) {
      save(null, logs);
    }
  }

  @Override
  public Map<String, Object> state() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("best", best);
    out.put("epoch", epoch);
    out.put("frequency", saveFreq.state());
    return out;
  }

  @Override
  public void restore(Map<String, Object> state) {
    best = (Double) state.get("best");
    epoch = SavedState.number(state, "epoch").intValue();
    saveFreq.restore(SavedState.map(state, "frequency"));
  }

  private void save(@Nullable Integer batch, Logs logs) {
    Map<String, Number> numbers = new LinkedHashMap<>(logs);
    numbers.put("epoch", epoch + 1);
    if (batch != null) {
      numbers.putIfAbsent("batch", batch + 1);
    }
    Path file = Path.of(FilePattern.format(filepath, numbers));
    if (!isWanted(logs, file)) {
      return;
    }
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          "ModelCheckpoint: expected the name of a file, got the directory " + file);
    }
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (saveWeightsOnly) {
      model().saveWeights(file);
    } else {
      model().save(file);
    }
    say("finished saving model to " + file);
  }

  private boolean isWanted(Logs logs, Path file) {
    if (!saveBestOnly) {
      say("saving model to " + file);
      return true;
    }
    Double current = logs.get(monitor());
    if (current == null) {
      LOG.warn("ModelCheckpoint tells the best model by '" + monitor()
          + "', which is not there; there are " + logs.keySet() + "; saving anyway");
      return true;
    }
    String before = best == null ? "None" : PythonNumbers.fixed(best, 5);
    if (!isImprovement(current, best)) {
      say(monitor() + " did not improve from " + before);
      return false;
    }
    say(monitor() + " improved from " + before + " to " + PythonNumbers.fixed(current, 5)
        + ", saving model to " + file);
    best = current;
    return true;
  }

  private void say(String what) {
    if (verbose > 0) {
      Console.line("\nEpoch " + (epoch + 1) + ": " + what);
    }
  }

  /** Whether it saves after numbers of batches. */
  @Override
  public boolean looksAtBatches() {
    return !saveFreq.isEpoch();
  }
}
