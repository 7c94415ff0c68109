package org.keras4j.training.callbacks;

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
}
