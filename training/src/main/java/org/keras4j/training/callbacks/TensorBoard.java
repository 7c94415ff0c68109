package org.keras4j.training.callbacks;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.SavedState;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.layers.Layer;
import org.keras4j.training.internal.events.EventFile;
import org.keras4j.training.internal.events.LayerGraph;
import org.keras4j.training.internal.events.Summaries;
import org.keras4j.training.internal.events.WeightImages;
import org.keras4j.training.optimizers.Optimizer;

/**
 * Writes what TensorBoard shows ({@code keras.callbacks.TensorBoard}): curves of losses and metrics, histograms and
 * pictures of weights, the graph of layers, embeddings. {@code tensorboard --logdir=logs} looks at it, while the
 * training runs too. Nothing else is needed; the files are written by this library alone.
 *
 * <p>Below the folder lie {@code train} and {@code validation}, with tags as Keras gives them:
 *
 * <table>
 * <caption>What is written</caption>
 * <tr><th>tag</th><th>folder, step</th><th>when</th></tr>
 * <tr><td>{@code epoch_loss}, {@code epoch_NAME}, {@code epoch_learning_rate}</td><td>both; epoch from 0</td>
 *     <td>each epoch</td></tr>
 * <tr><td>{@code batch_loss}, {@code batch_NAME}</td><td>{@code train}; batches since training began, from 1</td>
 *     <td>{@link #updateFreq(int)}</td></tr>
 * <tr><td>{@code evaluation_NAME_vs_iterations}</td><td>{@code validation}; the optimizer's steps</td>
 *     <td>each evaluation</td></tr>
 * <tr><td>{@code epoch_steps_per_second}, {@code batch_steps_per_second}</td><td>{@code train}</td>
 *     <td>{@link #writeStepsPerSecond}</td></tr>
 * <tr><td>{@code PATH/histogram}, {@code PATH/image}, of each weight</td><td>{@code train}; epoch</td>
 *     <td>{@link #histogramFreq}, {@link #writeImages}</td></tr>
 * <tr><td>{@code keras}, and a graph of calls</td><td>{@code train}; 0</td><td>{@link #writeGraph}</td></tr>
 * </table>
 *
 * <p>Numbers of epochs and evaluations are written at each, whatever {@code updateFreq} is; Keras leaves out those after a
 * batch that is none to be written.
 *
 * <pre>{@code
 * model.fit(x, y, Fit.epochs(10).validationSplit(0.2)
 *     .callbacks(new TensorBoard("logs").histogramFreq(1).updateFreq(100)));
 * }</pre>
 */
public final class TensorBoard extends FluentCallback<TensorBoard> {
  private static final Log LOG = Log.of(TensorBoard.class);

  private final Path logDir;
  private final Map<String, EventFile> files = new HashMap<>();
  private int histogramFreq;
  private boolean writeGraph = true;
  private boolean writeImages;
  private boolean writeStepsPerSecond;
  private int updateFreq; // 0 for epochs
  private int embeddingsFreq;
  private Map<String, String> embeddingsMetadata = Map.of();
  private @Nullable String sharedMetadata;
  private boolean graphIsDue;
  private boolean training;
  private long trainBatches;
  private long batchStart;
  private long epochStart;
  private long stepsBefore;

  /** Writes into the folder {@code logs}. */
  public TensorBoard() {
    this("logs");
  }

  /**
   * Writes into a folder.
   *
   * @param logDir the folder, {@code logs} by default; it belongs to this callback alone
   */
  public TensorBoard(String logDir) {
    this(Path.of(logDir));
  }

  /**
   * Writes into a folder.
   *
   * @param logDir the folder, {@code logs} by default; it belongs to this callback alone
   */
  public TensorBoard(Path logDir) {
    this.logDir = logDir;
  }

  /**
   * At which epochs the weights' histograms are written: those that it divides, the first among them.
   *
   * @param epochs 0, the default, for never
   * @return this callback
   * @throws IllegalArgumentException if it is negative
   */
  public TensorBoard histogramFreq(int epochs) {
    return set("histogramFreq", () -> this.histogramFreq = frequency("histogramFreq", epochs));
  }

  /**
   * Whether the model's graph is written: of a Sequential or Functional model, the layers as Keras's JSON, and the calls
   * of layers and functions.
   *
   * @param value true by default
   * @return this callback
   */
  public TensorBoard writeGraph(boolean value) {
    return set("writeGraph", () -> this.writeGraph = value);
  }

  /**
   * Whether weights are written as pictures too, along with their histograms. Floats from 0 to 1 go from black to white.
   *
   * @param value false by default
   * @return this callback
   */
  public TensorBoard writeImages(boolean value) {
    return set("writeImages", () -> this.writeImages = value);
  }

  /**
   * Whether it is written how many steps are trained in a second.
   *
   * @param value false by default
   * @return this callback
   */
  public TensorBoard writeStepsPerSecond(boolean value) {
    return set("writeStepsPerSecond", () -> this.writeStepsPerSecond = value);
  }

  /**
   * After how many batches losses and metrics so far are written, besides those of epochs. They are waited for then,
   * which costs speed if it is often.
   *
   * @param batches more than 0
   * @return this callback
   * @throws IllegalArgumentException unless it is more than 0
   */
  public TensorBoard updateFreq(int batches) {
    return set("updateFreq", () -> {
      if (batches <= 0) {
        throw new IllegalArgumentException(
            "TensorBoard: updateFreq expects 'batch', 'epoch' or a positive number, got "
                + batches);
      }
      this.updateFreq = batches;
    });
  }

  /**
   * How often losses and metrics are written.
   *
   * @param value {@code "epoch"}, the default, or {@code "batch"}
   * @return this callback
   * @throws IllegalArgumentException unless it is one of these
   */
  public TensorBoard updateFreq(String value) {
    return set(
        "updateFreq",
        () -> this.updateFreq = switch (value) {
          case "epoch" -> 0;
          case "batch" -> 1;
          default ->
            throw new IllegalArgumentException(
                "TensorBoard: updateFreq expects 'batch', 'epoch' or a positive number, got '"
                    + value + "'");
        });
  }

  /**
   * Which batch is profiled. No backend of this library has a profile that TensorBoard reads, so only 0 is taken.
   *
   * @param batch 0, the default, for none
   * @return this callback
   * @throws UnsupportedOperationException unless it is 0
   */
  public TensorBoard profileBatch(int batch) {
    return profileBatch(batch, batch);
  }

  /**
   * Which batches are profiled, as {@link #profileBatch(int)}.
   *
   * @param first 0 for none
   * @param last 0 for none
   * @return this callback
   * @throws UnsupportedOperationException unless both are 0
   */
  public TensorBoard profileBatch(int first, int last) {
    return set("profileBatch", () -> {
      if (first < 0 || last < first) {
        throw new IllegalArgumentException("TensorBoard: profileBatch expects batches from 1, the"
            + " last not before the first, or 0, got " + first + " to " + last);
      }
      if (last > 0) {
        throw new UnsupportedOperationException("TensorBoard: profileBatch: the backend '"
            + Keras.backend().name() + "' has no profile for TensorBoard; only 0 is taken, got "
            + first + " to " + last);
      }
    });
  }

  /**
   * At which epochs the vectors of Embedding layers are written: those that it divides, the first among them. Weights go
   * into {@code train/keras_embedding.ckpt-EPOCH.weights.h5}, as Keras writes them, and each layer's vectors, for the
   * page, into {@code train/LAYER.tsv}.
   *
   * @param epochs 0, the default, for never
   * @return this callback
   * @throws IllegalArgumentException if it is negative
   */
  public TensorBoard embeddingsFreq(int epochs) {
    return set("embeddingsFreq", () -> this.embeddingsFreq = frequency("embeddingsFreq", epochs));
  }

  /**
   * The file that tells what the rows of all Embedding layers stand for.
   *
   * @param file a name, relative to the folder; a row a line, with a head line if it has several columns
   * @return this callback
   */
  public TensorBoard embeddingsMetadata(String file) {
    return set("embeddingsMetadata", () -> this.sharedMetadata = file);
  }

  /**
   * The files that tell what the rows of Embedding layers stand for.
   *
   * @param files by the layers' names, relative to the folder
   * @return this callback
   */
  public TensorBoard embeddingsMetadata(Map<String, String> files) {
    return set("embeddingsMetadata", () -> this.embeddingsMetadata = new LinkedHashMap<>(files));
  }

  private static int frequency(String setting, int epochs) {
    if (epochs < 0) {
      throw new IllegalArgumentException(
          "TensorBoard: " + setting + " expects 0 or more epochs, got " + epochs);
    }
    return epochs;
  }

  @Override
  public void setModel(TrainingModel newModel) {
    super.setModel(newModel);
    closeFiles();
    graphIsDue = writeGraph;
  }

  private EventFile file(String folder) {
    return files.computeIfAbsent(folder, f -> EventFile.create(logDir.resolve(f)));
  }

  private void scalar(String folder, String tag, double value, long step) {
    file(folder).summary(Summaries.scalar(tag, value), step);
  }

  /** Whether rank 0 alone has it: it does. */
  @Override
  public boolean isForChief() {
    return true;
  }

  @Override
  public void onTrainBegin(Logs logs) {
    training = true;
    trainBatches = 0;
    if (embeddingsFreq > 0) {
      Embeddings.configure(logDir, model().layers(), embeddingsMetadata, sharedMetadata);
    }
    if (model().isBuilt()) {
      writeGraph();
    }
  }

  private void writeGraph() {
    if (!graphIsDue) {
      return;
    }
    graphIsDue = false;
    String kind = model().className();
    if (!kind.equals("Sequential") && !kind.equals("Functional")) {
      return;
    }
    List<KerasTensor> inputs;
    List<KerasTensor> outputs;
    try {
      inputs = model().inputs();
      outputs = model().outputs();
    } catch (IllegalStateException e) {
      return; // built by a call on numbers: there is no graph
    }
    file("train").graph(LayerGraph.of(inputs, outputs));
    try {
      file("train").summary(Summaries.kerasModel("keras", model().toJson()), 0);
    } catch (RuntimeException e) {
      LOG.warn(
          "TensorBoard: the model has no config as JSON, so its graph is written without it: " + e);
    }
    file("train").flush();
  }

  @Override
  public void onTrainEnd(Logs logs) {
    training = false;
    closeFiles();
  }

  private void closeFiles() {
    files.values().forEach(EventFile::close);
    files.clear();
  }

  @Override
  public void onTestEnd(Logs logs) {
    Optimizer optimizer = model().optimizer();
    if (optimizer != null) {
      long steps = steps(optimizer);
      logs.forEach((name, value) ->
          scalar("validation", "evaluation_" + name + "_vs_iterations", value, steps));
    }
    if (!training) {
      closeFiles();
    }
  }

  private static long steps(Optimizer optimizer) {
    return (long) optimizer.iterations().item();
  }

  @Override
  public void onTrainBatchBegin(int batch, Logs logs) {
    trainBatches++;
    batchStart = System.nanoTime();
  }

  @Override
  public void onTrainBatchEnd(int batch, Logs logs) {
    writeGraph();
    if (updateFreq == 0 || trainBatches % updateFreq != 0) {
      return;
    }
    if (writeStepsPerSecond) {
      scalar(
          "train", "batch_steps_per_second", 1e9 / (System.nanoTime() - batchStart), trainBatches);
    }
    logs.forEach((name, value) -> scalar("train", "batch_" + name, value, trainBatches));
  }

  /** Whether numbers of batches are written. */
  @Override
  public boolean looksAtBatches() {
    return updateFreq > 0;
  }

  @Override
  public void onEpochBegin(int epoch, Logs logs) {
    if (writeStepsPerSecond) {
      Optimizer optimizer = model().optimizer();
      stepsBefore = optimizer == null ? 0 : steps(optimizer);
      epochStart = System.nanoTime();
    }
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    writeGraph();
    Logs all = new Logs(logs);
    Optimizer optimizer = model().optimizer();
    if (optimizer != null) {
      LearningRates.log(this, model(), all);
      if (writeStepsPerSecond) {
        double seconds = (System.nanoTime() - epochStart) / 1e9;
        all.put("steps_per_second", (steps(optimizer) - stepsBefore) / seconds);
      }
    }
    all.forEach((name, value) -> {
      boolean validation = name.startsWith("val_");
      String tag = "epoch_" + (validation ? name.substring(4) : name);
      scalar(validation ? "validation" : "train", tag, value, epoch);
    });
    if (histogramFreq > 0 && epoch % histogramFreq == 0) {
      writeWeights(epoch);
    }
    if (embeddingsFreq > 0 && epoch % embeddingsFreq == 0) {
      Path weights = logDir.resolve("train/keras_embedding.ckpt-" + epoch + ".weights.h5");
      model().saveWeights(weights);
      Embeddings.write(logDir, model().layers());
    }
    files.values().forEach(EventFile::flush);
  }

  private void writeWeights(int epoch) {
    EventFile train = file("train");
    boolean channelsLast = Keras.imageDataFormat().equals("channels_last");
    for (Layer layer : model().layers()) {
      for (Variable v : layer.weights()) {
        NDArray value = v.value().toNDArray();
        String name = v.path().replace(':', '_');
        train.summary(Summaries.histogram(name + "/histogram", value.toDoubleArray()), epoch);
        if (writeImages) {
          List<BufferedImage> images = WeightImages.of(value, channelsLast);
          if (!images.isEmpty()) {
            train.summary(Summaries.images(name + "/image", images), epoch);
          }
        }
      }
    }
  }

  @Override
  public Map<String, Object> state() {
    return Map.of("train_batches", trainBatches);
  }

  @Override
  public void restore(Map<String, Object> state) {
    trainBatches = SavedState.number(state, "train_batches").longValue();
  }
}
