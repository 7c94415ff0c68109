package org.keras4j.training.callbacks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.optimizers.Optimizer;

/** What callbacks can do with the model that is trained. */
public interface TrainingModel {
  /** The optimizer, or null if the model is not compiled. */
  @Nullable
  Optimizer optimizer();

  /** Makes {@code fit} end after this batch or epoch. */
  void setStopTraining(boolean stop);

  boolean isStopTraining();

  /** Whether the weights are made. */
  boolean isBuilt();

  /** Makes the {@code fit} that just begins start with this epoch, counted from 0. */
  void setInitialEpoch(int epoch);

  /** The loss tracker and the metrics. */
  List<Metric> metrics();

  List<Variable> trainableVariables();

  /** Copies of the weights. */
  List<NDArray> getWeights();

  void setWeights(List<NDArray> weights);

  /** Writes the model as {@code .keras}. */
  void save(Path file);

  /** Writes the weights as {@code .weights.h5}. */
  void saveWeights(Path file);

  /** Reads weights written by {@link #saveWeights}. */
  void loadWeights(Path file);

  /**
   * Writes weights and optimizer state as {@code .weights.h5}, and with them all that the {@code fit} in progress needs
   * to go on from here: its place in the data, metrics so far, seeds, and {@link Callback#state} of its callbacks. The
   * file is there as a whole or not at all. Keras reads the weights and the optimizer's state in it.
   */
  void saveTraining(Path file);

  /**
   * Makes the {@code fit} that just begins go on from where {@link #saveTraining} was called; from {@code
   * onTrainBegin}.
   *
   * @return false for a file of weights and optimizer state alone, which are taken
   * @throws IOException if the file is damaged
   * @throws RuntimeException if it does not fit the model or its optimizer; nothing is changed then
   */
  boolean resumeTraining(Path file) throws IOException;
}
