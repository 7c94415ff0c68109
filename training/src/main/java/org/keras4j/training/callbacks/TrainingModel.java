package org.keras4j.training.callbacks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.layers.Layer;
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

  /**
   * The gradients of the loss on a batch, of each trainable variable by its path. Nothing of the model changes.
   *
   * @param x inputs
   * @param y targets; null if the loss needs none
   * @return arrays of the variables' shapes
   */
  Map<String, NDArray> gradients(Object x, @Nullable Object y);

  /** The class by its name in configs: {@code "Functional"}, {@code "Sequential"}, or one of one's own. */
  String className();

  /** The layers that the model is made of, not those inside them. */
  List<Layer> layers();

  /**
   * The symbolic tensors that the model begins with.
   *
   * @throws IllegalStateException if there are none: the model is of a class of one's own, or not built
   */
  List<KerasTensor> inputs();

  /**
   * The symbolic tensors that the model ends with.
   *
   * @throws IllegalStateException if there are none: the model is of a class of one's own, or not built
   */
  List<KerasTensor> outputs();

  /** The architecture as JSON text, as Keras writes it. */
  String toJson();

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

  /** A copy of a model at a moment of its training. */
  @FunctionalInterface
  interface Snapshot {
    /**
     * Writes it as a folder that is not there yet; may be called by any thread, while the training goes on.
     *
     * @throws IOException if it cannot be written
     */
    void write(Path folder) throws IOException;
  }

  /**
   * Copies what {@link #saveTraining} writes, with the model's config, so that it can be written while the training goes
   * on. The folder is one that {@code Model.load} takes, and Python's Keras, if it has one file of weights.
   *
   * @param weightsOnly whether only the weights are copied: no config, no state of optimizer and training
   * @param maxShardSize the most that one file of weights holds, in 2^30 bytes; null for one file
   * @return the copy
   */
  Snapshot snapshot(boolean weightsOnly, @Nullable Double maxShardSize);

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
