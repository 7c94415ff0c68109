package org.keras4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every workload runs and reports what the peers' programs report. No time is judged. */
class WorkloadTest {
  @ParameterizedTest
  @EnumSource(
      value = Workload.class,
      mode = EnumSource.Mode.MATCH_NONE,
      names = ".*_INFER_32") // the same networks
  void runsAndReports(Workload w) throws Exception {
    List<Row> rows = new ArrayList<>();
    Bench.run(w, new BenchOptions(2, 1, "cpu", "float32", 0.01, true, Sizes.SMALL), rows::add);
    assertFalse(rows.isEmpty());
    for (Row r : rows) {
      JsonNode line = new ObjectMapper().readTree(r.json());
      assertEquals("keras4j", line.get("peer").asText());
      assertTrue(line.get("workload").asText().startsWith(w.label()), r::json);
      assertEquals(2, line.get("batch").asInt());
      assertTrue(line.get("step_ms_median").asDouble() > 0, r::json);
      assertTrue(line.get("n").asInt() >= 1, r::json);
      assertTrue(line.get("samples_per_s").asDouble() > 0, r::json);
      assertTrue(line.get("params").asLong() > 0, r::json);
      switch (w.kind()) {
        case TRAIN -> {
          assertTrue(Double.isFinite(line.get("loss").asDouble(Double.NaN)), r::json);
          assertTrue(line.get("fit_step_ms").asDouble() > 0, r::json);
        }
        case INFER -> assertTrue(line.get("finite").asBoolean(), r::json);
        case EAGER, DISPATCH -> assertTrue(line.has("us_per_call"), r::json);
        case LATENCY -> assertTrue(line.get("bit_equal").asBoolean(), r::json);
        case STRINGS -> assertTrue(line.get("times").asDouble() > 0, r::json);
        case DECODE -> {
          assertTrue(line.get("tokens_per_s").asDouble() > 0, r::json);
          assertTrue(line.get("mb_per_token").asDouble() > 0, r::json);
        }
        case QUANTIZED -> {
          assertTrue(line.get("weights_mb").asDouble() > 0, r::json);
          assertTrue(line.get("far").asDouble() < 0.3, r::json);
        }
        case FIT, TABLES -> assertTrue(line.get("rows_per_s").asDouble() > 0, r::json);
      }
    }
  }

  /** The numbers of weights are those of the same networks in Keras. */
  @ParameterizedTest
  @CsvSource({
    "MLP_TRAIN, 669706",
    "CNN_TRAIN, 34826",
    "RESNET50_INFER, 25636712",
    "MOBILENETV2_INFER, 3538984",
    "EFFICIENTNETB0_INFER, 5330571",
    "CONVNEXTTINY_INFER_32, 28589128",
    "LSTM_TRAIN, 2609473",
    "TRANSFORMER_TRAIN, 3378946",
    "GPT2_TRAIN, 124439808",
    "BERT_LARGE_TRAIN, 335143938",
    "DECODER_1B_TRAIN, 1235814400",
    "LLAMA_1B_DECODE, 1235814400",
    "BERT_BASE_INFER, 109482240",
    "EAGER_OVERHEAD_3, 216",
    "FIT_LOOP, 705"
  })
  void countsWeightsAsKerasDoes(Workload w, long weights) {
    assertEquals(weights, Networks.of(w, Sizes.FULL).countParams());
  }

  @Test
  void findsWorkloadsByName() {
    assertEquals(List.of(Workload.MLP_TRAIN), Workload.named("mlp_train"));
    assertEquals(List.of(Workload.RESNET50_INFER), Workload.named("resnet50_infer"));
    assertEquals(
        List.of(Workload.COMPILED_DISPATCH_3, Workload.COMPILED_DISPATCH_500),
        Workload.named("compiled_dispatch"));
    assertEquals(Workload.values().length, Workload.named("all").size());
    assertThrows(IllegalArgumentException.class, () -> Workload.named("mlp"));
  }

  @Test
  void interpolatesQuantiles() {
    Samples s = new Samples(new double[] {4, 1, 3, 2}, 0);
    assertEquals(2.5, s.median());
    assertEquals(1, s.quantile(0));
    assertEquals(4, s.quantile(1));
    assertEquals(1.3, s.quantile(0.1), 1e-12);
  }
}
