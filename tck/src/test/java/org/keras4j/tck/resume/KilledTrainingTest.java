package org.keras4j.tck.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;

/**
 * A training killed by {@code kill -9} and started again in a new process comes to the very bits of one that ran
 * through. The ordinary build kills once; system properties ask for more:
 *
 * <ul>
 *   <li>{@code keras4j.kills}: how often trainings of each kind are killed;
 *   <li>{@code keras4j.kills.seed}: of the moments, 1 if not given;
 *   <li>{@code keras4j.kills.kinds}: those kinds that are killed, separated by commas; one if not given.
 * </ul>
 */
class KilledTrainingTest {
  private static final int KILLS = Integer.getInteger("keras4j.kills", 1);
  private static final List<String> KINDS =
      List.of(System.getProperty("keras4j.kills.kinds", "BATCHES").split(","));
  private static final long MINUTES = 10;

  @TempDir
  Path folder;

  @ParameterizedTest
  @EnumSource
  void endsWithTheSameBits(ResumedTraining.Kind kind) throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        KINDS.contains(kind.name()), "kinds asked for: " + KINDS);
    Random random = new Random(Long.getLong("keras4j.kills.seed", 1));
    // one backup at the very beginning fixes what is random for all runs
    Path start = folder.resolve("start");
    Files.createDirectories(start);
    Run first = new Run(start, kind, false);
    long began = first.ready();
    while (!Files.exists(start.resolve("backup/latest.weights.h5"))) {
      assertTrue(first.process.isAlive(), first::output);
      Thread.sleep(1);
    }
    first.kill();
    Path through = copy(start, "through");
    Run whole = new Run(through, kind, false);
    began = whole.ready();
    whole.end();
    assertTrue(!Files.exists(through.resolve("backup")), "the backup goes with the end");
    long millis = (System.nanoTime() - began) / 1_000_000;
    Map<String, NDArray> expected = Npz.read(through.resolve("result.npz"));
    String csv = Files.readString(through.resolve("epochs.csv"));

    int killed = 0;
    int trainings = 0;
    while (killed < KILLS) {
      Path here = copy(start, "killed" + trainings++);
      boolean done = false;
      while (!done) {
        Run run = new Run(here, kind, true);
        began = run.ready();
        if (killed < KILLS) {
          long moment = (long) (random.nextDouble() * millis);
          done = run.process.waitFor(moment, TimeUnit.MILLISECONDS);
          if (!done) {
            run.kill();
            killed++;
            continue;
          }
        }
        run.end();
        done = true;
      }
      assertSame(expected, Npz.read(here.resolve("result.npz")), kind + ", training " + trainings);
      assertEquals(csv, Files.readString(here.resolve("epochs.csv")));
    }
    System.out.println(kind + ": " + killed + " kills in " + trainings + " trainings");
  }

  private static void assertSame(
      Map<String, NDArray> expected, Map<String, NDArray> got, String what) {
    Set<String> names = new TreeSet<>(expected.keySet());
    if (got.keySet().stream().noneMatch(k -> k.startsWith("history/"))) {
      names.removeIf(k -> k.startsWith("history/")); // killed after the last epoch: none was left
    }
    assertEquals(names, new TreeSet<>(got.keySet()), what);
    names.forEach(k -> {
      NDArray a = expected.get(k);
      NDArray b = got.get(k);
      if (k.startsWith("history/")) {
        // from where the last process went on
        double[] all = a.toDoubleArray();
        double[] end = b.toDoubleArray();
        assertTrue(end.length <= all.length, what);
        assertEquals(
            Arrays.toString(Arrays.copyOfRange(all, all.length - end.length, all.length)),
            Arrays.toString(end),
            what + ": " + k);
      } else {
        assertEquals(a, b, what + ": " + k);
      }
    });
  }

  private Path copy(Path from, String name) throws IOException {
    Path to = folder.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path p : files.toList()) {
        Files.copy(
            p, to.resolve(from.relativize(p).toString()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to;
  }

  /** A process that trains. */
  private static final class Run {
    final Process process;
    private final BufferedReader lines;
    private final StringBuilder said = new StringBuilder();

    Run(Path folder, ResumedTraining.Kind kind, boolean keepsBackup) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-XX:TieredStopAtLevel=1");
      for (String p : List.of("keras4j.backend", "keras4j.xla.flags")) {
        if (System.getProperty(p) != null) {
          command.add("-D" + p + "=" + System.getProperty(p));
        }
      }
      command.addAll(List.of(
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
          "-cp",
          System.getProperty("java.class.path"),
          ResumedTraining.class.getName(),
          folder.toString(),
          kind.name()));
      if (keepsBackup) {
        command.add("keep");
      }
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      lines = new BufferedReader(
          new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Waits until training begins; when that was. */
    long ready() throws IOException {
      String line = lines.readLine();
      while (line != null && !line.equals("ready")) {
        said.append(line).append('\n');
        line = lines.readLine();
      }
      assertEquals("ready", line, this::output);
      return System.nanoTime();
    }

    String output() {
      return said.toString();
    }

    void kill() throws InterruptedException {
      process.destroyForcibly(); // SIGKILL
      process.waitFor();
    }

    void end() throws Exception {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line).append('\n');
      }
      assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), this::output);
      assertEquals(0, process.exitValue(), this::output);
    }
  }
}
