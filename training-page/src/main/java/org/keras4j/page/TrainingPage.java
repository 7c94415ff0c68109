package org.keras4j.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.models.Model;
import org.keras4j.training.callbacks.FluentCallback;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.internal.events.Histogram;

/**
 * Shows a training on the page of a {@link TrainingServer}: {@link TrainingServer#callback} makes it.
 *
 * <pre>{@code
 * try (TrainingServer server = new TrainingServer(8080)) {
 *   model.fit(x, y, Fit.epochs(20).callbacks(server.callback().updateFreq(10).gradients(x0, y0)));
 * }
 * }</pre>
 */
public final class TrainingPage extends FluentCallback<TrainingPage> {
  private static final int RANGES = 40;

  private final Recorder recorder;
  private int updateFreq; // 0 for epochs
  private int histogramFreq = 1;
  private @Nullable Object probe;
  private @Nullable Object probeTargets;
  private long batches;
  private long began;
  private boolean graphIsShown;

  TrainingPage(Recorder recorder) {
    this.recorder = recorder;
  }

  /**
   * After how many batches losses and metrics so far are shown, besides those of epochs. They are waited for then, which
   * costs speed if it is often.
   *
   * @param value only those of epochs are shown unless this is set
   * @return this callback
   * @throws IllegalArgumentException unless it is more than 0
   */
  public TrainingPage updateFreq(int value) {
    return set("updateFreq", () -> {
      if (value <= 0) {
        throw new IllegalArgumentException(
            "TrainingPage: updateFreq expects a positive number of batches, got " + value);
      }
      this.updateFreq = value;
    });
  }

  /**
   * At which epochs histograms are shown: those that it divides, the first among them.
   *
   * @param epochs 1 by default; 0 for never
   * @return this callback
   * @throws IllegalArgumentException if it is negative
   */
  public TrainingPage histogramFreq(int epochs) {
    return set("histogramFreq", () -> {
      if (epochs < 0) {
        throw new IllegalArgumentException(
            "TrainingPage: histogramFreq expects 0 or more epochs, got " + epochs);
      }
      this.histogramFreq = epochs;
    });
  }

  /**
   * The batch whose gradients are shown, beside the weights; they are computed for it at the end of epochs.
   *
   * @param x inputs; gradients are not shown unless they are given
   * @param y targets
   * @return this callback
   */
  public TrainingPage gradients(Object x, @Nullable Object y) {
    return set("gradients", () -> {
      this.probe = x;
      this.probeTargets = y;
    });
  }

  private Map<String, Object> run(String state) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("state", state);
    run.put("model", model() instanceof Model m ? m.name() : model().className());
    run.put("kind", model().className());
    run.put("backend", Keras.backend().name());
    run.put("epochs", params().get("epochs"));
    run.put("steps", params().get("steps"));
    run.put("began", began / 1000.0);
    if (model() instanceof Model m && m.isBuilt()) {
      run.put("parameters", m.countParams());
    }
    if (!state.equals("running")) {
      run.put("ended", System.currentTimeMillis() / 1000.0);
    }
    return run;
  }

  @Override
  public void onTrainBegin(Logs logs) {
    began = System.currentTimeMillis();
    batches = 0;
    graphIsShown = false;
    recorder.begin(run("running"), null);
    showGraph();
  }

  private void showGraph() {
    if (!graphIsShown && model() instanceof Model m && m.isBuilt()) {
      graphIsShown = true;
      String svg = m.plot()
          .showShapes(true)
          .showLayerNames(true)
          .showLayerActivations(true)
          .toSvg();
      recorder.graph(svg, run("running"));
    }
  }

  /** Whether numbers of batches are shown. */
  @Override
  public boolean looksAtBatches() {
    return updateFreq > 0;
  }

  @Override
  public void onTrainBatchEnd(int batch, Logs logs) {
    batches++;
    if (updateFreq > 0 && batches % updateFreq == 0) {
      recorder.batch(row("batch", batches, logs));
    }
  }

  // a number that is none has no form in JSON
  private static Map<String, Object> row(String index, long value, Logs logs) {
    Map<String, @Nullable Object> numbers = new LinkedHashMap<>();
    logs.forEach((k, v) -> numbers.put(k, Double.isFinite(v) ? v : null));
    Map<String, Object> row = new LinkedHashMap<>();
    row.put(index, value);
    row.put("logs", numbers);
    return row;
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    showGraph();
    recorder.epoch(row("epoch", epoch + 1L, logs));
    if (histogramFreq > 0 && epoch % histogramFreq == 0) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("epoch", epoch + 1);
      List<Object> weights = new ArrayList<>();
      for (Variable v : model().trainableVariables()) {
        weights.add(histogram(v.path(), v.value().toNDArray()));
      }
      row.put("weights", weights);
      Object x = probe;
      if (x != null) {
        List<Object> gradients = new ArrayList<>();
        model().gradients(x, probeTargets).forEach((k, v) -> gradients.add(histogram(k, v)));
        row.put("gradients", gradients);
      }
      recorder.histogram(row);
    }
  }

  private static Map<String, Object> histogram(String name, NDArray values) {
    double[][] rows = Histogram.buckets(values.toDoubleArray(), RANGES);
    return Map.of(
        "name",
        name,
        "min",
        rows[0][0],
        "max",
        rows[RANGES - 1][1],
        "counts",
        Arrays.stream(rows).mapToInt(r -> (int) r[2]).toArray());
  }

  @Override
  public void onTrainEnd(Logs logs) {
    recorder.end(run("ended"));
  }
}
