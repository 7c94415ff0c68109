package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Tensor;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.metrics.Mean;
import org.keras4j.training.metrics.Metric;

/** Metrics that layers update in their calls are reset each epoch, and logged, as Keras does it. */
class LayerMetricsTest {
  /** Tells the mean of its inputs, and leaves them as they are. */
  private static final class Watched extends Layer {
    private final Mean seen = track(new Mean("seen"));

    @Override
    protected Tensor call(Tensor x) {
      seen.updateState(Ops.mean(x), null);
      return x;
    }
  }

  private static Sequential model(boolean nested) {
    Layer watched = nested ? new Sequential(new Input(2), new Watched()) : new Watched();
    Sequential m = new Sequential(new Input(2), watched, new Dense(1));
    m.compile("sgd", "mse", "mae");
    return m;
  }

  @Test
  void areResetAndLogged() {
    for (boolean nested : new boolean[] {false, true}) {
      Sequential m = model(nested);
      assertEquals(List.of("loss", "seen"), names(m));
      float[][] x = {{1, 1}, {2, 2}, {3, 3}, {6, 6}};
      float[][] y = new float[4][1];
      History h = m.fit(x, y, Fit.epochs(3).batchSize(2).verbose(0));
      assertEquals(List.of(3.0, 3.0, 3.0), h.get("seen"));
      assertEquals(List.of("loss", "mae", "seen"), names(m));
      Map<String, Double> e = m.evaluate(new float[][] {{8, 8}}, new float[1][1]);
      assertEquals(8, e.get("seen"), 1e-6);
      assertEquals(5, m.trainOnBatch(new float[][] {{5, 5}}, new float[1][1]).get("seen"), 1e-6);
    }
  }

  @Test
  void alsoOpByOp() {
    Sequential m = model(false);
    m.compile(Compile.optimizer("sgd").loss("mse").runEagerly(true));
    float[][] x = {{1, 1}, {3, 3}};
    History h = m.fit(x, new float[2][1], Fit.epochs(2).batchSize(1).verbose(0));
    assertEquals(List.of(2.0, 2.0), h.get("seen"));
    assertEquals(2, m.evaluate(x, new float[2][1], Run.defaults()).get("seen"), 1e-6);
    assertTrue(m.nonTrainableVariables().size() >= 2);
  }

  private static List<String> names(Sequential m) {
    return m.metrics().stream().map(Metric::name).toList();
  }
}
