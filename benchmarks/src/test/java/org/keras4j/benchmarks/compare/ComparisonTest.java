package org.keras4j.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.benchmarks.Workload;

class ComparisonTest {
  private static final List<String> FAKE = List.of(
      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
      "-cp",
      System.getProperty("java.class.path"),
      FakeProgram.class.getName());

  @TempDir
  private Path folder;

  private static Comparison comparison(Workload... workloads) {
    return new Comparison(List.of(workloads)).ours(List.of("pytorch"), FAKE).rounds(2);
  }

  @Test
  void measuresRoundByRoundAndGoesOnWhereItStopped() throws Exception {
    Path file = folder.resolve("rows.jsonl");
    List<String> done = new ArrayList<>();
    Report report = comparison(Workload.MLP_TRAIN, Workload.FIT_LOOP).run(file, done::add);
    assertEquals(4, done.size());
    assertEquals(4, Files.readAllLines(file).size());
    assertTrue(report.markdown().contains("| `mlp_train` | 4 | 2.50 ±0% |"), report::markdown);

    List<String> again = new ArrayList<>();
    Report same = comparison(Workload.MLP_TRAIN, Workload.FIT_LOOP).run(file, again::add);
    assertEquals(List.of(), again);
    assertEquals(report.markdown(), same.markdown());
  }

  @Test
  void reportsProgramsThatFailOrHang() throws Exception {
    Report report =
        comparison(Workload.CNN_TRAIN, Workload.LSTM_TRAIN).rounds(1).timeout(3).run(null, s -> {});
    String page = report.markdown();
    assertTrue(page.contains("`cnn_train`: exit status 3: no such layer"), page);
    assertTrue(page.contains("`lstm_train`: took more than 3 s"), page);
    assertFalse(page.contains("Milliseconds a step\n"), page);
  }

  @Test
  void startsNothingOnceTheTimeIsOver() throws Exception {
    List<String> done = new ArrayList<>();
    Report report = comparison(Workload.MLP_TRAIN).totalTime(0).run(null, done::add);
    assertEquals(List.of("the time is over"), done);
    String page = report.markdown();
    assertTrue(page.contains("- keras4j pytorch: `mlp_train`, the time was over"), page);
  }

  private static Map<String, Object> row(
      String job, String peer, String backend, String workload, double ms) {
    Map<String, Object> r = new HashMap<>();
    r.put("job", job);
    r.put("peer", peer);
    r.put("backend", backend);
    r.put("workload", workload);
    r.put("step_ms_median", ms);
    return r;
  }

  @Test
  void comparesTheBestWithTheBestAndEnginesWithThemselves() throws Exception {
    List<Contestant> all = new ArrayList<>();
    all.add(Contestant.ours("pytorch", FAKE));
    all.add(Contestant.ours("xla", FAKE));
    all.addAll(Contestant.python(folder, "python", List.of("keras-torch", "keras-jax")));
    Report report = new Report(
        all,
        List.of(
            row("1", "keras4j", "pytorch", "w:jit", 2),
            row("2", "keras4j", "pytorch", "w:jit", 4),
            row("1", "keras4j", "xla", "w:jit", 6),
            row("1", "keras", "torch", "w:torch_compile", 30),
            row("1", "keras", "jax", "w:aot_closed_over", 12),
            row("1", "keras", "jax", "w:jit_stateless_call", 15)));
    // 12 against 3; pytorch 30 against 3, no TensorFlow, xla 12 against 6
    assertTrue(
        report
            .markdown()
            .contains("| `w:jit` |  | 3.00 ±33% | 6.00 | 30.0 | 12.0 | 4.00 | 10.0 |  | 2.00 |"),
        report::markdown);
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(report.svg().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void asksOnlyForWhatThereIsAProgram() throws Exception {
    Path target = Files.createDirectories(folder.resolve("tfjava/target"));
    Files.writeString(target.resolve("classpath.txt"), "a.jar\n");
    Contestant tf = Contestant.jvm(folder, "java", List.of("tfjava")).get(0);
    assertFalse(tf.canDo(Workload.FIT_LOOP));
    assertEquals(
        List.of(
            "java",
            "-Dmodels=" + target.resolve("models"),
            "-cp",
            target.resolve("classes") + java.io.File.pathSeparator + "a.jar",
            "org.keras4j.peers.Main",
            "--workload",
            "mlp_train",
            "--backend",
            "tensorflow",
            "--max-seconds",
            "2.0"),
        tf.command(Workload.MLP_TRAIN, 2, List.of()));
    assertThrows(IOException.class, () -> Contestant.jvm(folder, "java", List.of("djl")));
    assertThrows(
        IllegalArgumentException.class, () -> Contestant.jvm(folder, "java", List.of("torch")));
    assertThrows(
        IllegalArgumentException.class,
        () -> Contestant.python(folder, "python", List.of("numpy-jax")));
    String page = new Report(List.of(tf), List.of()).markdown();
    assertTrue(page.contains("- tfjava: `resnet50_infer`, `resnet50_train`, "), page);
  }

  @Test
  void saysOfAGpuWhatShareOfItWasUsed() {
    Contestant ours = Contestant.ours("xla", FAKE);
    assertTrue(ours.command(Workload.GPT2_TRAIN, 2, List.of("--device", "gpu"))
        .containsAll(List.of("gpt2_train", "--device", "gpu")));
    Map<String, Object> r = row("1", "keras4j", "xla", "gpt2_train", 90);
    assertFalse(new Report(List.of(ours), List.of(r)).markdown().contains("memory of the device"));
    r.putAll(Map.of("device", "gpu", "fit_mfu", 0.41, "device_peak_mb", 5000.0, "compile_s", 9.5));
    String page = new Report(List.of(ours), List.of(r)).markdown();
    assertTrue(page.contains("### Share of 989 TFLOP/s\n"), page);
    assertTrue(page.contains("| `gpt2_train` |  | 0.410 |"), page);
    assertTrue(page.contains("| `gpt2_train` |  | 9.50 |"), page);
    assertTrue(page.contains("| `gpt2_train` |  | 5000 |"), page);
  }

  @Test
  void replacesItsPartOfAPageAndNothingElse() throws Exception {
    Path page = folder.resolve("page.md");
    Files.writeString(page, "# Title\n\nwords\n");
    MarkedFile.write(page, "one", "One", "first\n");
    MarkedFile.write(page, "two", "Two", "second\n");
    MarkedFile.write(page, "one", "One", "third\n");
    assertEquals(
        "# Title\n\nwords\n\n## One\n\n<!-- one: begin -->\nthird\n<!-- one: end -->\n\n"
            + "## Two\n\n<!-- two: begin -->\nsecond\n<!-- two: end -->\n",
        Files.readString(page));
  }
}
