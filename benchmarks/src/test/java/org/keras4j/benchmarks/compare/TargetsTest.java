package org.keras4j.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.benchmarks.Workload;

class TargetsTest {
  private final List<Contestant> contestants = new ArrayList<>();
  private final List<Map<String, Object>> rows = new ArrayList<>();

  TargetsTest() {
    for (String b : List.of("pytorch", "tensorflow", "xla")) {
      contestants.add(Contestant.ours(b, List.of("k")));
    }
    contestants.addAll(Contestant.python(
        Path.of("."),
        "python",
        List.of("keras-torch", "keras-tensorflow", "keras-jax", "plain-torch")));
    contestants.add(
        new Contestant("djl", "pytorch", "djl", List.of(), java.util.Set.of(Workload.MLP_TRAIN)));
    contestants.add(new Contestant(
        "onnxruntime",
        "cpu",
        "onnxruntime",
        List.of(),
        java.util.Set.of(Workload.RESNET50_INFER, Workload.MOBILENETV2_INFER)));
  }

  private void row(String peer, String backend, String workload, Object... fields) {
    Map<String, Object> r = new HashMap<>();
    r.put("job", "1");
    r.put("peer", peer);
    r.put("backend", backend);
    r.put("workload", workload);
    for (int i = 0; i < fields.length; i += 2) {
      r.put((String) fields[i], fields[i + 1]);
    }
    rows.add(r);
  }

  private String page() {
    return new Report(contestants, rows).targets();
  }

  @Test
  void marksEachRowByItsTarget() {
    row("keras4j", "pytorch", "mlp_train", "step_ms_median", 4.0, "peak_rss_mb", 300.0);
    row("keras4j", "tensorflow", "mlp_train", "step_ms_median", 5.0, "peak_rss_mb", 500.0);
    row("keras4j", "xla", "mlp_train", "step_ms_median", 2.0, "peak_rss_mb", 400.0);
    row("keras", "torch", "mlp_train", "step_ms_median", 8.0, "peak_rss_mb", 450.0);
    row("keras", "tensorflow", "mlp_train", "step_ms_median", 4.0, "peak_rss_mb", 600.0);
    row("keras", "jax", "mlp_train", "step_ms_median", 3.0, "peak_rss_mb", 240.0);
    row("plain", "torch", "mlp_train", "step_ms_median", 3.0);
    row("djl", "pytorch", "mlp_train", "step_ms_median", 6.0);
    String page = page();
    assertTrue(
        page.contains(
            "| `mlp_train` | 1.50 ✓ | 2.00 ✓ | 0.750 ✗ | 0.800 ✗ | 1.50 ✓ | 3.00 ✓ |  |  |"
                + " 0.800 ✗ |"),
        page);
    assertTrue(page.startsWith("4 of 7 met."), page);
  }

  @Test
  void aRuntimeForInferenceAloneMayBeALittleFaster() {
    row("keras4j", "pytorch", "resnet50_infer", "step_ms_median", 12.0);
    row("keras4j", "pytorch", "mobilenetv2_infer", "step_ms_median", 12.0);
    row("onnxruntime", "cpu", "resnet50_infer", "step_ms_median", 10.1);
    row("onnxruntime", "cpu", "mobilenetv2_infer", "step_ms_median", 9.9);
    String page = page();
    assertTrue(page.contains("| `resnet50_infer` |  |  |  |  |  |  |  | 0.842 ✓ |  |"), page);
    assertTrue(page.contains("| `mobilenetv2_infer` |  |  |  |  |  |  |  | 0.825 ✗ |  |"), page);
  }

  @Test
  void knowsTheTargetsOfSingleRows() {
    row("keras4j", "xla", "fit_loop", "step_ms_median", 0.1);
    row("keras", "jax", "fit_loop", "step_ms_median", 0.25);
    row("keras4j", "pytorch", "eager_overhead_3", "step_ms_median", 0.02);
    row("keras", "torch", "eager_overhead_3", "step_ms_median", 0.4);
    row("keras4j", "pytorch", "compiled_dispatch_3:predict", "step_ms_median", 0.012);
    row("keras4j", "pytorch", "compiled_dispatch_3:jit", "step_ms_median", 0.008);
    row("keras4j", "pytorch", "compiled_dispatch_3:tiny", "step_ms_median", 0.002);
    row("keras4j", "pytorch", "predict_latency:1", "calls_per_s", 100.0, "step_ms_median", 1.0);
    row("keras4j", "pytorch", "predict_latency:16", "calls_per_s", 90.0, "step_ms_median", 1.0);
    String page = page();
    assertTrue(page.contains("times Keras's best | 2.50 | 3 or more | ✗ |"), page);
    assertTrue(page.contains("of Keras on PyTorch | 0.0500 | 0.1 or less | ✓ |"), page);
    assertTrue(page.contains("times the bare compiled call | 1.50 | 2 or less | ✓ |"), page);
    assertTrue(page.contains("one of next to nothing, µs | 6.00 | 30 or less | ✓ |"), page);
    assertTrue(page.contains("16 threads, times those of 1 | 0.900 | 1 or more | ✗ |"), page);
  }

  @Test
  void saysNothingWithoutOthers() {
    row("keras4j", "xla", "mlp_train", "step_ms_median", 2.0);
    assertEquals("", page());
  }

  @Test
  void tellsWhereProgramsDiffer() {
    row("keras4j", "xla", "mlp_train", "params", 10L, "batch", 4, "step_ms_median", 1.0);
    row("keras", "jax", "mlp_train", "params", 10, "batch", 4, "step_ms_median", 1.0);
    row("djl", "pytorch", "mlp_train", "params", 12, "batch", 4, "step_ms_median", 1.0);
    assertEquals(
        List.of("`mlp_train`, djl: params 12, ours 10"),
        Parity.differences(new Figures(contestants, rows)));
  }
}
