package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.models.Model;
import org.keras4j.training.callbacks.TrainingCheckpoint;

/**
 * Trainings that keep checkpoints, of one or several files of weights in turn, are killed ({@code SIGKILL}) at moments that are drawn: each checkpoint is whole and of its
 * step, and the next process goes on from the newest. {@code -Dkeras4j.kills=200} kills so many.
 */
@Tag("pytorch")
class KilledCheckpointsTest {
  private static final int KILLS = Integer.getInteger("keras4j.kills", 2);
  private static final int MOST_MILLIS = 300;

  @TempDir
  Path folder;

  @Test
  void checkpointsAreWhole() throws Exception {
    Random random = new Random(7);
    long last = 0;
    for (int k = 0; k < KILLS; k++) {
      run(k % 2 == 1, random.nextInt(MOST_MILLIS));
      SortedMap<Long, Path> all = TrainingCheckpoint.checkpoints(folder);
      assertTrue(all.size() >= 1 && all.size() <= 3, all.keySet().toString());
      for (Map.Entry<Long, Path> e : all.entrySet()) {
        Model m = Model.load(e.getValue());
        for (double w : m.getWeights().get(0).toDoubleArray()) {
          assertEquals((double) e.getKey(), w);
        }
        assertEquals((double) e.getKey(), m.optimizer().iterations().item());
      }
      boolean sharded = Files.exists(all.get(all.lastKey()).resolve("model.weights.json"));
      assertEquals(k % 2 == 1, sharded);
      assertTrue(all.lastKey() > last, "went on from " + last + " to " + all.keySet());
      last = all.lastKey();
    }
    // what a process leaves that is killed between a checkpoint's appearance and the end of its
    // writing
    Files.createFile(folder.resolve("." + last + ".0123abcd-0123456789abcdef.part"));
    Files.createDirectory(folder.resolve("." + last + ".0123abcd-0123456789abcdef.part.folder"));
    EndlessCheckpoints.fit(folder, (int) last + 3, false, true);
    assertEquals(
        List.of(last + 2, last + 3),
        List.copyOf(TrainingCheckpoint.checkpoints(folder).keySet()));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(2, files.count(), "what killed processes left is gone");
    }
  }

  /** Runs a process and kills it. */
  private void run(boolean sharded, int millis) throws Exception {
    Process p = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Dkeras4j.backend=pytorch",
            "-cp",
            System.getProperty("java.class.path"),
            EndlessCheckpoints.class.getName(),
            folder.toString(),
            Boolean.toString(sharded))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8))) {
      // the epoch that was cut off ends, a step follows, and the next waits until its checkpoint is
      // there
      for (int i = 0; i < 3; i++) {
        assertNotNull(out.readLine(), "the process trained nothing");
      }
      CompletableFuture<Void> killer = CompletableFuture.runAsync(
          () -> p.toHandle().destroyForcibly(), // the process itself would close what is read here
          CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
      while (out.readLine() != null) {
        continue;
      }
      killer.get();
      p.waitFor();
    } catch (IOException e) {
      p.destroyForcibly();
      throw e;
    }
  }
}
