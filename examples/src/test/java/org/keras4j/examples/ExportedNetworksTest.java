package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;

/**
 * The 40 networks of {@code applications} and the models of {@code hub} as files of every format give in the runtimes that these
 * are for what they give here. A build takes one or two, and of LiteRT's files those of float32; {@code -Dkeras4j.exported.networks=all} all, with other values, separated by
 * commas, those whose names begin with one of them; {@code -Dkeras4j.exported.formats=ONNX,LITERT} these formats alone.
 *
 * <p>With {@code -Dkeras4j.exported.files=FOLDER} files of TorchScript, SavedModels and StableHLO are left there, with arrays, for {@code
 * scripts/check_torchscript.py}, {@code check_saved_models.py} and {@code check_stablehlo.py}.
 */
class ExportedNetworksTest {
  private static final List<String> ASKED = listed("keras4j.exported.networks");
  private static final List<String> FORMATS = listed("keras4j.exported.formats");
  private static final boolean AMD64 = System.getProperty("os.arch").equals("amd64");
  private static final String KEPT = System.getProperty("keras4j.exported.files", "");

  @TempDir
  Path temporary;

  @BeforeAll
  static void backend() {
    Keras.setBackend("pytorch");
  }

  private static List<String> listed(String property) {
    String s = System.getProperty(property, "");
    return s.isEmpty() ? List.of() : Arrays.asList(s.split(","));
  }

  private static List<String> networks(FileRuntime format) {
    if (ASKED.isEmpty()) {
      return format == FileRuntime.ONNX ? List.of("bert", "MobileNetV2") : List.of("bert");
    }
    return ExportedNetwork.names().stream()
        .filter(n -> ASKED.contains("all")
            || ASKED.contains("applications") && Character.isUpperCase(n.charAt(0))
            || ASKED.contains("hub") && Character.isLowerCase(n.charAt(0))
            || ASKED.stream().anyMatch(n::startsWith))
        .toList();
  }

  /** The largest difference: of floats beside the number, of eight bits and halves beside the span of all numbers. */
  private static double difference(FileRuntime format, NDArray want, NDArray got) {
    assertEquals(want.spec(), got.spec());
    boolean coarse = format.isLiteRt() && format != FileRuntime.LITERT;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double worst = 0;
    for (int i = 0; i < want.size(); i++) {
      double w = want.getDouble(i);
      double d = Math.abs(w - got.getDouble(i)) / (coarse ? 1 : 1 + Math.abs(w));
      worst = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(worst, d);
      low = Math.min(low, w);
      high = Math.max(high, w);
    }
    return coarse ? worst / (high - low) : worst;
  }

  private static double allowed(FileRuntime format) {
    return switch (format) {
      case LITERT_FLOAT16 -> 0.02;
      case LITERT_INT8 -> 0.2;
      case LITERT_ALL_INT8 -> 0.5;
      default -> 1e-4;
    };
  }

  private void check(FileRuntime format, String name) throws Exception {
    long start = System.nanoTime();
    ExportedNetwork n = ExportedNetwork.of(name);
    if (format.isLiteRt()) {
      n = n.withKnownLengths();
    }
    boolean kept = !KEPT.isEmpty() && !format.isLiteRt() && format != FileRuntime.ONNX;
    Path folder = kept
        ? Files.createDirectories(Path.of(KEPT, format.name().toLowerCase(Locale.ROOT)))
        : temporary;
    String ending = format == FileRuntime.TORCHSCRIPT ? ".pt" : "";
    Path file = folder.resolve(name + ending);
    try {
      format.write(n, file);
      long bytes = size(file);
      List<NDArray> want = n.outputs();
      List<NDArray> got = format.run(n, file);
      assertEquals(want.size(), got.size(), "outputs");
      double worst = 0;
      for (int k = 0; k < want.size(); k++) {
        worst = Math.max(worst, difference(format, want.get(k), got.get(k)));
      }
      if (!ASKED.isEmpty()) {
        System.out.printf(
            Locale.ROOT,
            "%s %s: %.2g, %.1f MB, %d s%n",
            format,
            name,
            worst,
            bytes / 1e6,
            (System.nanoTime() - start) / 1_000_000_000);
      }
      assertTrue(worst <= allowed(format), "differs by " + worst);
      if (kept) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        n.inputs().forEach(a -> arrays.put("in" + arrays.size(), a));
        want.forEach(a -> arrays.put("out" + (arrays.size() - inputs(arrays)), a));
        Npz.write(folder.resolve(name + "_1.npz"), arrays);
      }
    } finally {
      if (!kept) {
        delete(file);
      }
    }
  }

  private static int inputs(Map<String, NDArray> arrays) {
    return (int) arrays.keySet().stream().filter(k -> k.startsWith("in")).count();
  }

  private static long size(Path file) throws IOException {
    try (Stream<Path> all = Files.walk(file)) {
      long sum = 0;
      for (Path p : all.filter(Files::isRegularFile).toList()) {
        sum += Files.size(p);
      }
      return sum;
    }
  }

  private static void delete(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (Stream<Path> all = Files.walk(file)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void inTheRuntimesOfOthers(FileRuntime format) {
    assumeTrue(
        FORMATS.isEmpty()
            ? !ASKED.isEmpty() || !format.isLiteRt() || format == FileRuntime.LITERT
            : FORMATS.contains(format.name()),
        "other formats by -Dkeras4j.exported.formats");
    assumeTrue(
        !format.isLiteRt() || OS.LINUX.isCurrentOs() && AMD64,
        "the converter runs on Linux on x86-64");
    List<String> failed = new ArrayList<>();
    List<String> names = networks(format);
    assertFalse(names.isEmpty(), "no network is asked for");
    for (String name : names) {
      try {
        check(format, name);
      } catch (Exception | AssertionError e) {
        failed.add(format + " " + name + ": " + e);
        if (!ASKED.isEmpty()) {
          System.out.println(failed.get(failed.size() - 1));
        }
      }
    }
    assertEquals(List.of(), failed);
  }
}
