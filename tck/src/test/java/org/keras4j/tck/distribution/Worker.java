package org.keras4j.tck.distribution;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.distribution.DataParallel;
import org.keras4j.distribution.Distribution;
import org.keras4j.models.Model;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.BackupAndRestore;
import org.keras4j.training.callbacks.LambdaCallback;

/** What the processes of the tests run. */
final class Worker {
  private Worker() {}

  /**
   * One rank.
   *
   * @param args {@code curve FILE STEPS MODEL...}: writes losses of some models; {@code fit FILE FOLDER VICTIM BATCH}: trains with
   *     backups, and kills rank VICTIM after some batches (none if -1), then writes the weights; {@code mismatch}: rank 1 has
   *     another model; {@code late}: rank 1 comes 25 seconds late, where 12 are allowed
   */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("late")) {
      Distribution.initialize(
          System.getenv("MASTER_ADDR") + ":" + System.getenv("MASTER_PORT"),
          2,
          Integer.parseInt(System.getenv("RANK")),
          Duration.ofSeconds(12));
    } else {
      Distribution.initialize();
    }
    Distribution.setDistribution(new DataParallel());
    int rank = Distribution.processes() == null ? 0 : Distribution.processes().rank();
    switch (args[0]) {
      case "curve" -> curve(Path.of(args[1]), Integer.parseInt(args[2]), args, rank);
      case "fit" ->
        fit(
            Path.of(args[1]),
            Path.of(args[2]),
            rank == Integer.parseInt(args[3]) ? Integer.parseInt(args[4]) : -1,
            rank);
      case "mismatch" -> {
        Model m = Curves.MLP.model();
        if (rank == 1) {
          m.compile("sgd", "sparse_categorical_crossentropy");
        }
        Curves.MLP.losses(m, 1);
      }
      case "late" -> {
        if (rank == 1) {
          Thread.sleep(25_000);
        }
        Curves.MLP.losses(Curves.MLP.model(), 1);
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
    Distribution.shutdown();
  }

  private static void curve(Path file, int steps, String[] models, int rank) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 3; i < models.length; i++) {
      Curves c = Curves.valueOf(models[i]);
      c.losses(c.model(), steps).forEach(v -> lines.add(c + " " + v));
    }
    if (rank == 0) {
      lines.add("backend " + Keras.backend().name());
      Files.write(file, lines);
    }
  }

  private static void fit(Path file, Path backup, int killAfter, int rank) throws Exception {
    Curves c = Curves.MLP;
    Model m = c.model();
    int[] batches = new int[1];
    NDArray x = c.x(52);
    m.fit(
        x,
        c.y(52),
        Fit.epochs(5)
            .batchSize(13)
            .verbose(0)
            .callbacks(
                new LambdaCallback().onTrainBatchEnd((b, logs) -> {
                  if (++batches[0] == killAfter) {
                    Runtime.getRuntime().halt(137); // as if it was killed
                  }
                }),
                new BackupAndRestore(backup).saveFreq(1)));
    if (rank == 0) {
      List<String> lines = new ArrayList<>();
      for (NDArray w : m.getWeights()) {
        for (double v : w.toDoubleArray()) {
          lines.add(Double.toString(v));
        }
      }
      Files.write(file, lines);
    }
  }
}
