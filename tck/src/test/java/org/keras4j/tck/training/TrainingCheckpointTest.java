package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.LambdaCallback;
import org.keras4j.training.callbacks.TrainingCheckpoint;

class TrainingCheckpointTest {
  private static final NDArray X = NDArray.of(new float[] {1, 2, 3, 4, 5, 6}, 6, 1);
  private static final NDArray Y = NDArray.of(new float[] {2, 4, 6, 8, 10, 12}, 6, 1);

  @TempDir
  Path folder;

  private static Sequential model() {
    SeedGenerator.setRandomSeed(5);
    Sequential m = new Sequential(
        new Input(1), new Dense(8).activation("tanh"), new Dropout(0.3), new Dense(1));
    m.compile("adam", "mse");
    return m;
  }

  private static Fit epochs(int n) {
    return Fit.epochs(n).verbose(0).batchSize(2);
  }

  private Set<Long> numbers() {
    return TrainingCheckpoint.checkpoints(folder).keySet();
  }

  @Test
  void theNewestAreKept() {
    Sequential m = model();
    m.fit(X, Y, epochs(5).callbacks(new TrainingCheckpoint(folder).maxToKeep(2)));
    assertEquals(Set.of(3L, 4L), numbers());
    Model loaded = Model.load(TrainingCheckpoint.latest(folder).orElseThrow());
    assertEquals(m.getWeights(), loaded.getWeights());
    assertEquals(15, loaded.optimizer().iterations().item());
  }

  @Test
  void aCheckpointIsOfItsMoment() {
    Sequential m = model();
    List<List<NDArray>> at = new ArrayList<>();
    m.fit(
        X,
        Y,
        epochs(3)
            .callbacks(
                new TrainingCheckpoint(folder).saveFreq(1).maxToKeep(null),
                new LambdaCallback().onTrainBatchEnd((batch, logs) -> at.add(m.getWeights()))));
    assertEquals(Set.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L), numbers());
    for (int i = 0; i < at.size(); i++) {
      Path one = TrainingCheckpoint.checkpoints(folder).get(i + 1L);
      assertEquals(at.get(i), Model.load(one).getWeights());
    }
  }

  @Test
  void aTrainingGoesOnToTheSameNumbers() {
    for (boolean sharded : new boolean[] {false, true}) {
      Sequential through = model();
      through.fit(X, Y, epochs(6).callbacks(new LambdaCallback()));
      Path own = folder.resolve(sharded ? "sharded" : "whole");
      TrainingCheckpoint first = new TrainingCheckpoint(own).saveFreq(2);
      TrainingCheckpoint second = new TrainingCheckpoint(own).saveFreq(2).resume(true);
      if (sharded) {
        first.maxShardSize(70.0 / (1 << 30));
        second.maxShardSize(70.0 / (1 << 30));
      }
      Sequential cut = model();
      assertThrows(
          IllegalStateException.class,
          () -> cut.fit(
              X,
              Y,
              epochs(6).callbacks(first, new LambdaCallback().onTrainBatchEnd((batch, logs) -> {
                    if (batch == 1 && cut.optimizer().iterations().item() > 8) {
                      first.waitUntilFinished();
                      throw new IllegalStateException("cut off");
                    }
                  }))));
      assertEquals(
          sharded,
          Files.exists(
              TrainingCheckpoint.latest(own).orElseThrow().resolve("model_00001.weights.h5")));
      Sequential again = model();
      again.fit(X, Y, epochs(6).callbacks(second));
      assertEquals(through.getWeights(), again.getWeights());
    }
  }

  @Test
  void weightsAloneAndTheBestAlone() {
    Sequential m = model();
    m.fit(
        X,
        Y,
        epochs(2)
            .callbacks(new TrainingCheckpoint(folder, "loss")
                .saveWeightsOnly(true)
                .saveBestOnly(true)
                .mode("max")
                .initialValueThreshold(1e9)));
    assertEquals(Set.of(), numbers());
    m.fit(
        X,
        Y,
        epochs(2)
            .callbacks(new TrainingCheckpoint(folder, "loss")
                .saveWeightsOnly(true)
                .saveOnBackground(false)));
    Path latest = TrainingCheckpoint.latest(folder).orElseThrow();
    assertFalse(Files.exists(latest.resolve("config.json")));
    Sequential other = model();
    other.loadWeights(latest.resolve("model.weights.h5"));
    assertEquals(m.getWeights(), other.getWeights());
    assertEquals(0, other.optimizer().iterations().item());
    Exception e = assertThrows(
        IllegalStateException.class,
        () -> model().fit(X, Y, epochs(2).callbacks(new TrainingCheckpoint(folder).resume(true))));
    assertTrue(e.getMessage().contains("weights alone"), e.getMessage());
  }

  @Test
  void whatIsThereIsNotLost() {
    model().fit(X, Y, epochs(1).callbacks(new TrainingCheckpoint(folder)));
    Exception e = assertThrows(
        IllegalStateException.class,
        () -> model().fit(X, Y, epochs(1).callbacks(new TrainingCheckpoint(folder))));
    assertTrue(e.getMessage().contains("checkpoint 0 is in"), e.getMessage());
  }

  @Test
  void aFailureOfTheBackgroundIsThrown() throws Exception {
    Path file = folder.resolve("file");
    Files.writeString(file, "no folder");
    UncheckedIOException e = assertThrows(
        UncheckedIOException.class,
        () -> model().fit(X, Y, epochs(3).callbacks(new TrainingCheckpoint(file))));
    assertTrue(e.getMessage().contains("checkpoint 0"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new TrainingCheckpoint(folder).maxToKeep(0));
    assertThrows(
        IllegalArgumentException.class, () -> new TrainingCheckpoint(folder).maxShardSize(0));
  }
}
