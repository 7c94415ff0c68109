package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.core.Dense;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Summary;

/** Summaries, letter by letter those of Keras. */
class SummaryTest {
  @Test
  void summariesAreThoseOfKeras() {
    Functional model = Recorded.model();
    Map<String, Summary> options = Map.of(
        "plain", model.summaryOptions().lineLength(96),
        "expanded", model.summaryOptions().lineLength(96).expandNested(true),
        "trainable", model.summaryOptions().lineLength(96).expandNested(true).showTrainable(true),
        "range", model.summaryOptions().lineLength(96).layerRange("stem", "pool"),
        "range_reversed", model.summaryOptions().lineLength(96).layerRange("po.*", "st.*"),
        "positions", model.summaryOptions().positions(0.4, 0.6, 0.75, 1.0).lineLength(100),
        "narrow", model.summaryOptions().lineLength(80).showTrainable(true),
        "short", model.summaryOptions().positions(0.3, 0.5, 0.6, 0.9).lineLength(90));
    Map<?, ?> recorded = Recorded.json(Recorded.text("summaries.json"));
    assertEquals(options.keySet(), recorded.keySet());
    options.forEach((name, s) -> assertEquals(recorded.get(name), s.toString(), name));
  }

  @Test
  void linesGoWhereTheyAreWanted() {
    List<String> lines = new ArrayList<>();
    Functional model = Recorded.model();
    model.summaryOptions().print(lines::add);
    assertEquals(model.summary(), String.join("\n", lines) + "\n");
    assertThrows(
        IllegalArgumentException.class,
        () -> model.summaryOptions().layerRange("nothing", "pool").toString());
    assertThrows(
        IllegalArgumentException.class,
        () -> model.summaryOptions().lineLength(12).toString());
    assertThrows(
        IllegalArgumentException.class,
        () -> model.summaryOptions().positions(0.5, 1).toString());
  }

  /** Layers in fields. */
  private static final class Own extends Model {
    private final Dense first = new Dense(4);
    private final Dense second = new Dense(2);

    @Override
    protected Tensor call(Tensor x, CallContext context) {
      return second.invoke(first.invoke(x));
    }
  }

  @Test
  void layersOfAModelOfOnesOwnHaveShapes() {
    Own model = new Own();
    assertTrue(model.summary().contains("?"));
    model.invoke(new float[2][3]);
    assertTrue(model.summary().contains("(2, 4)"), model.summary());
  }
}
