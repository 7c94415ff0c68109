package org.keras4j.tck.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Sequential;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.BackupAndRestore;
import org.keras4j.training.callbacks.CSVLogger;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.Optimizer;
import org.keras4j.training.optimizers.SGD;

/** Backups of trainings that were cut off, within one process; see {@link KilledTrainingTest} for several. */
class BackupTest {
  private static final int EPOCHS = 4;

  @TempDir
  Path folder;

  private static Sequential model(Object optimizer) {
    Sequential m = new Sequential(
        new Input(3),
        new Dense(4).activation("tanh").kernelInitializer("ones"),
        new Dropout(0.5).seed(7),
        new Dense(1).kernelInitializer("ones"));
    m.compile(
        Compile.optimizer(Optimizer.get(optimizer)).loss("mse").metrics("mae").runEagerly(true));
    return m;
  }

  private static NDArray data(int columns) {
    java.util.Random random = new java.util.Random(columns);
    float[] a = new float[16 * columns];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) random.nextGaussian();
    }
    return NDArray.of(a, 16, columns);
  }

  private static History fit(Sequential m, Callback... callbacks) {
    return m.fit(
        data(3),
        data(1),
        Fit.epochs(EPOCHS).batchSize(4).shuffleSeed(5).verbose(0).callbacks(callbacks));
  }

  private static List<NDArray> state(Sequential m) {
    List<NDArray> out = new ArrayList<>();
    for (Variable v : m.variables()) {
      out.add(v.value().toNDArray());
    }
    m.optimizer().variables().forEach(v -> out.add(v.value().toNDArray()));
    return out;
  }

  /** Fails after so many batches, and counts all that it saw. */
  private static final class Failing extends Callback {
    private final int after;
    private int seen;

    Failing(int after) {
      this.after = after;
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs) {
      seen++;
      if (seen == after) {
        throw new IllegalStateException("cut off");
      }
    }

    @Override
    public Map<String, Object> state() {
      Map<String, Object> out = new LinkedHashMap<>();
      out.put("seen", seen);
      out.put("odd", Arrays.asList(Double.NaN, null, "text", true, 1L << 40, Double.MIN_VALUE));
      out.put("array", NDArray.of(new long[] {1, -2}, 2));
      return out;
    }

    @Override
    public void restore(Map<String, Object> state) {
      assertEquals(state().get("odd"), state.get("odd"));
      assertEquals(NDArray.of(new long[] {1, -2}, 2), state.get("array"));
      seen = ((Number) state.get("seen")).intValue();
    }
  }

  private Path backup() {
    return folder.resolve("backup");
  }

  private void cutOff(Object optimizer, int after, boolean twice) {
    Sequential m = model(optimizer);
    BackupAndRestore b = new BackupAndRestore(backup()).saveFreq(1).doubleCheckpoint(twice);
    assertThrows(IllegalStateException.class, () -> fit(m, b, new Failing(after)));
  }

  @Test
  void atAnyBatchATrainingGoesOn() {
    Sequential through = model(new Adam(0.1));
    History all = fit(through);
    for (int after = 2; after <= 4 * EPOCHS; after++) {
      cutOff(new Adam(0.1), after, after % 2 == 0);
      Sequential again = model(new Adam(0.1));
      Failing counter = new Failing(-1);
      History end = fit(again, new BackupAndRestore(backup()).saveFreq(1), counter);
      assertEquals(state(through), state(again), "cut off after " + after);
      assertEquals(16, counter.seen, "the batches that were seen twice count once");
      List<Double> loss = all.get("mae");
      assertEquals(loss.subList(end.epochs().get(0), EPOCHS), end.get("mae"));
      assertFalse(Files.exists(backup()));
    }
  }

  @Test
  void aTableIsWhole() throws IOException {
    Path csv = folder.resolve("epochs.csv");
    fit(model(new Adam(0.1)), new CSVLogger(csv).append(true));
    String whole = Files.readString(csv);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Files.delete(csv);
      int last = epoch;
      Callback afterTheRow = new Callback() {
        @Override
        public void onEpochEnd(int epoch, Logs logs) {
          if (epoch == last) {
            throw new IllegalStateException("cut off");
          }
        }
      };
      // the backup is older than the row, and in the first epoch than the table's head
      assertThrows(
          IllegalStateException.class,
          () -> fit(
              model(new Adam(0.1)),
              new CSVLogger(csv).append(true),
              new BackupAndRestore(backup()).saveFreq(1),
              afterTheRow));
      fit(
          model(new Adam(0.1)),
          new CSVLogger(csv).append(true),
          new BackupAndRestore(backup()).saveFreq(1));
      assertEquals(whole, Files.readString(csv), "cut off after the row of epoch " + epoch);
    }
  }

  @Test
  void damagedBackupsAreSetAside() throws IOException {
    Sequential through = model(new Adam(0.1));
    fit(through);
    Path file = backup().resolve("latest.weights.h5");
    for (boolean twice : new boolean[] {false, true}) {
      for (int kept : new int[] {0, 100, -1}) {
        cutOff(new Adam(0.1), 7, twice);
        byte[] all = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(all, kept < 0 ? all.length / 2 : kept));
        Files.writeString(backup().resolve("training_metadata.json"), "");
        Sequential again = model(new Adam(0.1));
        History h = fit(again, new BackupAndRestore(backup()).deleteCheckpoint(false));
        assertEquals(state(through), state(again));
        assertEquals(twice ? 1 : 0, h.epochs().get(0));
        assertTrue(Files.exists(backup().resolve("latest.weights.h5.damaged")));
        delete(backup());
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path p : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }

  @Test
  void aBackupOfAnotherTrainingIsRefused() {
    cutOff(new Adam(0.1), 3, false);
    Sequential other = model(new SGD(0.1));
    List<NDArray> before = other.getWeights();
    String told = assertThrows(
            RuntimeException.class, () -> fit(other, new BackupAndRestore(backup())))
        .getMessage();
    assertTrue(told.contains("optimizer state"), told);
    assertEquals(before, other.getWeights());
    Sequential wider = new Sequential(new Input(3), new Dense(5), new Dense(1));
    wider.compile(new Adam(0.1), "mse");
    told = assertThrows(RuntimeException.class, () -> fit(wider, new BackupAndRestore(backup())))
        .getMessage();
    assertTrue(told.contains("latest.weights.h5"), told);
    assertTrue(Files.exists(backup().resolve("latest.weights.h5")), "nothing is lost");
  }

  /** As Keras's callback leaves it: weights in one file, the epoch in another. */
  @Test
  void aBackupOfPythonsKerasIsTaken() throws IOException {
    Sequential m = model(new Adam(0.1));
    m.trainOnBatch(data(3), data(1));
    Files.createDirectories(backup());
    m.saveWeights(backup().resolve("latest.weights.h5"));
    Files.writeString(backup().resolve("training_metadata.json"), "{\"epoch\": 3, \"batch\": 0}");
    Sequential again = model(new Adam(0.1));
    History h = fit(again, new BackupAndRestore(backup()));
    assertEquals(List.of(3), h.epochs());
    assertEquals(5, again.optimizer().iterations().item());
  }

  @Test
  void withoutABackupTrainingBegins() throws IOException {
    Files.createDirectories(backup());
    Files.writeString(backup().resolve("training_metadata.json"), "{\"epoch\": 3, \"batch\": 0}");
    Sequential m = model(new Adam(0.1));
    assertEquals(EPOCHS, fit(m, new BackupAndRestore(backup())).epochs().size());
    assertThrows(
        IllegalStateException.class, () -> m.saveTraining(folder.resolve("none.weights.h5")));
  }
}
