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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

/**
 * Processes that save are killed ({@code SIGKILL}) at moments that are drawn: every file is the one that was saved before or
 * the one that was being saved, whole, and what lay beside it is gone after the next save. {@code -Dkeras4j.kills=200} kills
 * so many.
 */
@Tag("pytorch")
class KilledWhileSavingTest {
  private static final int KILLS = Integer.getInteger("keras4j.kills", 3);
  private static final int MOST_MILLIS = 400;

  @TempDir
  Path folder;

  @Test
  void filesAreOldOrNew() throws Exception {
    Random random = new Random(7);
    int left = 0;
    int next = 1;
    for (int k = 0; k < KILLS; k++) {
      int saved = killed(next, random.nextInt(MOST_MILLIS));
      left += parts().size();
      int keras = number(Model.load(folder.resolve("model.keras")).getWeights());
      Sequential m = EndlessSaving.model();
      m.loadWeights(folder.resolve("model.weights.h5"));
      int weights = number(m.getWeights());
      int npz = number(Npz.read(folder.resolve("model.npz")).values());
      for (int n : new int[] {keras, weights, npz}) {
        assertTrue(n == saved || n == saved + 1, "saved " + saved + ", found " + n);
      }
      assertTrue(keras >= weights && weights >= npz, keras + " " + weights + " " + npz);
      next = saved + 2;
    }
    EndlessSaving.fill(EndlessSaving.model(), next);
    Sequential m = EndlessSaving.model();
    m.save(folder.resolve("model.keras"));
    m.saveWeights(folder.resolve("model.weights.h5"));
    Npz.write(folder.resolve("model.npz"), java.util.Map.of());
    assertEquals(Set.of(), parts(), "after " + left + " were left");
  }

  /** Runs a process, kills it, and says which number it saved last. */
  private int killed(int first, int millis) throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        "-Dkeras4j.backend=pytorch",
        "-cp",
        System.getProperty("java.class.path"),
        EndlessSaving.class.getName(),
        folder.toString(),
        Integer.toString(first)));
    Process p = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      assertNotNull(line, "the process saved nothing");
      CompletableFuture<Void> killer = CompletableFuture.runAsync(
          () -> p.toHandle().destroyForcibly(), // the process itself would close what is read here
          CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
      int last = Integer.parseInt(line);
      while ((line = out.readLine()) != null) {
        last = Integer.parseInt(line);
      }
      killer.get();
      p.waitFor();
      return last;
    } catch (IOException e) {
      p.destroyForcibly();
      throw e;
    }
  }

  private Set<String> parts() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(p -> p.getFileName().toString())
          .filter(n -> !n.startsWith("model."))
          .collect(Collectors.toSet());
    }
  }

  private static int number(Collection<NDArray> weights) {
    double first = weights.iterator().next().getDouble(0);
    for (NDArray w : weights) {
      for (int i = 0; i < w.size(); i++) {
        assertEquals(first, w.getDouble(i));
      }
    }
    return (int) first;
  }

  /** Interrupts do not harm a file: a save that has begun is finished, and the thread stays interrupted. */
  @Test
  void interruptedThreads() throws Exception {
    Path file = folder.resolve("model.keras");
    Sequential model = EndlessSaving.model();
    boolean[] interrupted = new boolean[1];
    Thread saver = new Thread(() -> {
      for (int i = 0; i < 20; i++) {
        model.save(file);
        interrupted[0] |= Thread.interrupted();
      }
    });
    Throwable[] failure = new Throwable[1];
    saver.setUncaughtExceptionHandler((t, e) -> failure[0] = e);
    saver.start();
    while (saver.isAlive()) {
      saver.interrupt();
      Thread.sleep(1);
    }
    assertEquals(null, failure[0]);
    assertTrue(interrupted[0]);
    assertEquals(model.getWeights(), Model.load(file).getWeights());
    assertEquals(Set.of(), parts());
  }
}
