package org.keras4j.tck.resume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.models.Model;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.BackupAndRestore;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.callbacks.ModelCheckpoint;

/**
 * Trainings that real Keras began are gone on with, for every optimizer: from its checkpoints of weights, of whole models, and
 * its backups; and such are written for real Keras to go on with. System property {@code keras4j.trainings} names the folder
 * that {@code scripts/check_trainings.py} made, and that it checks afterwards.
 */
@EnabledIfSystemProperty(named = "keras4j.trainings", matches = ".+")
class TrainingExchangeTest {
  private static final Path FOLDER = Path.of(System.getProperty("keras4j.trainings", ""));
  private static final int EPOCHS = 4;
  private static final int SEEN = 2;

  // eight steps in float32, of updates whose size hardly depends on the gradient's
  private static final double CLOSE = 1e-5;

  @TestFactory
  Stream<DynamicTest> trainingsGoOn() throws IOException {
    List<Path> trainings;
    try (Stream<Path> all = Files.list(FOLDER)) {
      trainings = all.filter(Files::isDirectory).sorted().toList();
    }
    assertFalse(trainings.isEmpty(), () -> "no trainings in " + FOLDER);
    return trainings.stream()
        .map(t -> DynamicTest.dynamicTest(t.getFileName().toString(), () -> exchange(t)));
  }

  private static void exchange(Path training) throws IOException {
    Map<String, NDArray> expected = Npz.read(training.resolve("through.npz"));
    Path untrained = training.resolve("untrained.keras");
    Path keras = training.resolve("keras");
    String java = training.resolve("java").toString();

    Model whole = Model.load(untrained);
    fit(
        whole,
        0,
        new ModelCheckpoint(java + "/{epoch}.weights.h5").saveWeightsOnly(true),
        new ModelCheckpoint(java + "/{epoch}.keras"));
    assertClose(expected, whole, "trained from the beginning");

    Model fromWeights = Model.load(untrained);
    fromWeights.loadWeights(keras.resolve(SEEN + ".weights.h5"));
    fit(fromWeights, SEEN);
    assertClose(expected, fromWeights, "from a checkpoint of weights");

    Model fromModel = Model.load(keras.resolve(SEEN + ".keras"));
    fit(fromModel, SEEN);
    assertClose(expected, fromModel, "from a checkpoint of the model");

    // a backup is used up: of a copy
    Path backup = Files.createDirectories(training.resolve("java/taken"));
    try (Stream<Path> files = Files.list(keras.resolve("backup"))) {
      for (Path f : files.toList()) {
        Files.copy(f, backup.resolve(f.getFileName()));
      }
    }
    Model fromBackup = Model.load(untrained);
    fit(fromBackup, 0, new BackupAndRestore(backup));
    assertClose(expected, fromBackup, "from a backup");
    assertFalse(Files.exists(backup));

    Model cutOff = Model.load(untrained);
    assertThrows(
        IllegalStateException.class,
        () -> fit(cutOff, 0, new BackupAndRestore(java + "/backup"), new Cut()));
  }

  private static void fit(Model m, int from, Callback... callbacks) throws IOException {
    Map<String, NDArray> data = Npz.read(FOLDER.resolve("data.npz"));
    m.fit(
        data.get("x"),
        data.get("y"),
        Fit.epochs(EPOCHS)
            .initialEpoch(from)
            .batchSize(4)
            .shuffle(false)
            .verbose(0)
            .callbacks(callbacks));
  }

  private static void assertClose(Map<String, NDArray> expected, Model m, String what) {
    List<NDArray> optimizer = new ArrayList<>();
    m.optimizer().variables().forEach(v -> optimizer.add(v.value().toNDArray()));
    assertClose(expected, "weights/", m.getWeights(), what);
    assertClose(expected, "optimizer/", optimizer, what);
  }

  private static void assertClose(
      Map<String, NDArray> expected, String prefix, List<NDArray> got, String what) {
    assertEquals(
        expected.keySet().stream().filter(k -> k.startsWith(prefix)).count(), got.size(), what);
    for (int i = 0; i < got.size(); i++) {
      NDArray a = expected.get(prefix + i);
      String key = what + ": " + prefix + i;
      assertEquals(a.spec(), got.get(i).spec(), key);
      for (int k = 0; k < a.size(); k++) {
        double x = a.getDouble(k);
        assertEquals(x, got.get(i).getDouble(k), CLOSE * Math.max(1, Math.abs(x)), key);
      }
    }
  }

  /** Ends the training in the middle of an epoch. */
  private static final class Cut extends Callback {
    private int epoch;

    @Override
    public void onEpochBegin(int begun, Logs logs) {
      epoch = begun;
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs) {
      if (epoch == SEEN) {
        throw new IllegalStateException("cut off");
      }
    }
  }
}
