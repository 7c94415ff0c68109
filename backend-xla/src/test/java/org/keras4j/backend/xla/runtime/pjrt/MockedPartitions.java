package org.keras4j.backend.xla.runtime.pjrt;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaProgram;

/**
 * Compiles steps for several GPUs on a machine with one, and runs one partition of each, with collectives that do nothing: the partitioner,
 * the compile options and the time of all but the exchange are real, the numbers are not. The argument is a folder, below which each
 * {@code module.mlir} is taken; the plugin is that of {@code PJRT_PLUGIN_LIBRARY_PATH}.
 */
public final class MockedPartitions {
  private static final Pattern PARTITIONS = Pattern.compile("mhlo.num_partitions=(\\d+)");
  private static final Pattern ALIAS =
      Pattern.compile("%a(\\d+):[^,{]*\\{tf.aliasing_output=(\\d+)");
  private static final int RUNS = 5;

  private MockedPartitions() {}

  public static void main(String[] args) throws Exception {
    List<Path> modules;
    try (Stream<Path> all = Files.walk(Path.of(args[0]))) {
      modules = all.filter(p -> p.endsWith("module.mlir")).sorted().toList();
    }
    for (Path module : modules) {
      String text = Files.readString(module);
      Matcher m = PARTITIONS.matcher(text);
      if (m.find()) {
        System.out.println(module.getParent() + ": " + run(text, Integer.parseInt(m.group(1))));
      }
    }
  }

  private static String run(String text, int partitions) {
    Map<String, String> options = Map.of(
        "enable_mock_nccl", "true",
        "num_nodes", Integer.toString(partitions),
        "node_id", "0",
        "preallocate", "false");
    String plugin = System.getenv("PJRT_PLUGIN_LIBRARY_PATH");
    try (PjrtRuntime runtime = PjrtRuntime.load(plugin, options, null)) {
      ProgramSpec spec = spec(text);
      long[] ids = LongStream.range(0, partitions).toArray();
      long start = System.nanoTime();
      try (XlaProgram program = runtime.compile(text, spec, ids)) {
        double compiled = (System.nanoTime() - start) / 1e9;
        XlaBuffer[] arguments = new XlaBuffer[spec.parameters().size()];
        for (int i = 0; i < arguments.length; i++) {
          TensorType t = spec.parameters().get(i);
          ByteBuffer zeros = ByteBuffer.allocateDirect(Math.toIntExact(t.bytes()));
          arguments[i] = runtime.fromHost(t, zeros, runtime.devices().get(0));
        }
        double best = Double.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
          long from = System.nanoTime();
          for (XlaBuffer r : program.execute(arguments)) {
            r.await();
          }
          best = Math.min(best, (System.nanoTime() - from) / 1e6);
        }
        return String.format(
            Locale.ROOT,
            "%d partitions, compiled in %.1f s, one of them runs in %.3f ms",
            partitions,
            compiled,
            best);
      }
    }
  }

  private static ProgramSpec spec(String text) {
    int main = text.indexOf("@main(");
    int arrow = text.indexOf("->", main);
    List<TensorType> in = FakePlugin.types(text.substring(main, arrow));
    List<TensorType> out = FakePlugin.types(text.substring(arrow, text.indexOf("{\n", arrow)));
    List<Integer> one = new ArrayList<>(List.of(0));
    ProgramSpec parts = Partitioned.spec(text, main, arrow, in, out, one);
    Map<Integer, Integer> donated = new HashMap<>();
    Matcher m = ALIAS.matcher(text.substring(main, arrow));
    while (m.find()) {
      donated.put(Integer.valueOf(m.group(1)), Integer.valueOf(m.group(2)));
    }
    return new ProgramSpec(
        "partition",
        parts.parameters(),
        parts.results(),
        donated,
        0,
        Map.of("xla_gpu_shard_autotuning", "false"));
  }
}
