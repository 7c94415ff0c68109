package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.quantization.Float8QuantizationConfig;
import org.keras4j.layers.quantization.GPTQConfig;
import org.keras4j.layers.quantization.Int4QuantizationConfig;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.QuantizationReport;
import org.keras4j.models.QuantizationReport.Reason;
import org.keras4j.models.Sequential;

/** What {@code quantize} says of each layer. */
class QuantizationReportTest {
  private static Sequential network() {
    Sequential head =
        new Sequential(new Input(12), new Dense(4).name("inner"), new Dense(2).name("out"));
    return new Sequential(
        new Input(3).dtype("int32"),
        new Embedding(9, 4).name("tokens"),
        new Flatten().name("flat"),
        head);
  }

  @Test
  void layersAreNamedWithTheirSchemesAndReasons() {
    Sequential m = network();
    QuantizationReport report =
        m.quantize(new Int4QuantizationConfig(null), l -> !l.name().equals("out"));
    assertEquals("int4", report.mode());
    assertEquals(
        List.of("tokens", "inner"),
        report.quantized().stream().map(q -> last(q.path())).toList());
    assertTrue(
        report.quantized().stream().allMatch(q -> q.scheme().endsWith("_from_float32")),
        report::toString);
    assertEquals(List.of("flat"), names(report, Reason.NO_SUPPORT));
    assertEquals(List.of("out"), names(report, Reason.FILTERED));
    assertTrue(report.toString().contains("out: filtered out"), report::toString);

    QuantizationReport again = m.quantize("int8");
    assertEquals(List.of("tokens", "inner"), names(again, Reason.ALREADY_QUANTIZED));
    assertEquals(1, again.quantized().size());
    assertEquals("int8_from_float32", again.quantized().get(0).scheme());
  }

  @Test
  void whatAModeDoesNotKnowHasNoSupport() {
    QuantizationReport report = network().quantize(new Float8QuantizationConfig());
    assertEquals(List.of("tokens", "flat"), names(report, Reason.NO_SUPPORT));
    assertEquals(2, report.quantized().size());
  }

  @Test
  void layersOfNoBlockAreOutsideTheStructure() {
    Dense first = new Dense(8).name("first");
    Dense second = new Dense(4).name("second");
    Sequential m = new Sequential(new Input(8), first, second);
    QuantizationReport report =
        m.quantize(new GPTQConfig(new float[16][8]).groupSize(-1).blocks(List.of(second)));
    assertEquals(List.of("first"), names(report, Reason.OUTSIDE_STRUCTURE));
    assertEquals("gptq", report.mode());
    assertEquals("second", last(report.quantized().get(0).path()));
    assertTrue(report.quantized().get(0).scheme().startsWith("gptq/"), report::toString);
  }

  private static List<String> names(QuantizationReport report, Reason reason) {
    return report.skipped(reason).stream().map(QuantizationReportTest::last).toList();
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
