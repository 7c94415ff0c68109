package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.CSVLogger;
import org.keras4j.training.callbacks.EarlyStopping;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.LambdaCallback;
import org.keras4j.training.callbacks.LearningRateScheduler;
import org.keras4j.training.callbacks.ModelCheckpoint;
import org.keras4j.training.callbacks.ReduceLROnPlateau;
import org.keras4j.training.callbacks.TerminateOnNaN;
import org.keras4j.training.optimizers.SGD;

class CallbacksTest {
  private static final NDArray X = NDArray.of(new float[] {1, 2, 3, 4}, 4, 1);
  private static final NDArray Y = NDArray.of(new float[] {2, 4, 6, 8}, 4, 1);

  private static Sequential model(double learningRate) {
    Sequential m =
        new Sequential(new Input(1), new Dense(1).useBias(false).kernelInitializer("zeros"));
    m.compile(new SGD(learningRate), "mse");
    return m;
  }

  private static Fit epochs(int n) {
    return Fit.epochs(n).verbose(0).shuffle(false);
  }

  @Test
  void earlyStoppingEndsTrainingAndRestoresTheBest() {
    Sequential m = model(0.2); // too high: the loss grows after each step
    EarlyStopping stop = new EarlyStopping("loss").patience(2).restoreBestWeights(true);
    History h = m.fit(X, Y, epochs(10).callbacks(stop));
    assertEquals(3, h.epochs().size());
    assertEquals(2, stop.stoppedEpoch());
    assertEquals(0, stop.bestEpoch());
    // the weights after the first epoch: 0 - 0.2 * d/dw mean((w x - 2 x)²) = 0.2 * 30
    assertEquals(6.0, m.getWeights().get(0).getDouble(0), 1e-4);
  }

  @Test
  void plateausLowerTheLearningRate() {
    Sequential m = model(0.2);
    History h = m.fit(
        X, Y, epochs(3).callbacks(new ReduceLROnPlateau("loss").patience(1).factor(0.5)));
    assertEquals(0.2, h.get("learning_rate").get(0), 1e-6);
    assertEquals(0.2, h.get("learning_rate").get(1), 1e-6);
    assertEquals(0.1, h.get("learning_rate").get(2), 1e-6);
  }

  @Test
  void schedulesSetTheLearningRate() {
    Sequential m = model(0.01);
    History h = m.fit(
        X, Y, epochs(3).callbacks(new LearningRateScheduler((epoch, rate) -> rate / (epoch + 1))));
    List<Double> rates = h.get("learning_rate");
    assertArrayEquals(
        new double[] {0.01, 0.005, 0.005 / 3},
        rates.stream().mapToDouble(r -> r).toArray(),
        1e-7);
  }

  @Test
  void aLossThatIsNotFiniteEndsTraining() {
    NDArray bad = NDArray.of(new float[] {1, Float.NaN, 3, 4}, 4, 1);
    Sequential m = model(0.01);
    History h = m.fit(bad, Y, epochs(5).callbacks(new TerminateOnNaN()));
    assertEquals(1, h.epochs().size());
    assertThrows(
        ArithmeticException.class,
        () -> model(0.01).fit(bad, Y, epochs(5).callbacks(new TerminateOnNaN().raiseError(true))));
  }

  @Test
  void csvFilesAreWrittenAsKerasWritesThem(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("log.csv");
    model(0).fit(X, Y, epochs(2).callbacks(new CSVLogger(file)));
    model(0).fit(X, Y, epochs(1).callbacks(new CSVLogger(file).append(true)));
    assertEquals(
        "epoch,loss,val_loss\r\n0,30.0,NA\r\n1,30.0,NA\r\n0,30.0,NA\r\n", Files.readString(file));
  }

  @Test
  void functionsAreCalledInOrder() {
    List<String> calls = new ArrayList<>();
    LambdaCallback log = new LambdaCallback()
        .onTrainBegin(logs -> calls.add("begin"))
        .onEpochBegin((epoch, logs) -> calls.add("epoch " + epoch))
        .onTrainBatchEnd((batch, logs) -> calls.add("batch " + batch))
        .onEpochEnd((epoch, logs) -> calls.add("loss " + logs.containsKey("loss")))
        .onTrainEnd(logs -> calls.add("end"));
    model(0.01).fit(X, Y, epochs(1).batchSize(2).callbacks(log));
    assertEquals(List.of("begin", "epoch 0", "batch 0", "batch 1", "loss true", "end"), calls);
  }

  @Test
  void wrongSettingsAreToldAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> new EarlyStopping().mode("up"));
    assertThrows(IllegalArgumentException.class, () -> new ReduceLROnPlateau().factor(1));
    assertThrows(
        IllegalArgumentException.class, () -> new ModelCheckpoint("x.keras").saveFreq("day"));
    assertThrows(
        IllegalArgumentException.class,
        () -> model(0.01).fit(X, Y, epochs(1).callbacks(new ModelCheckpoint("x.txt"))));
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class,
        () -> model(0.01)
            .fit(
                X,
                Y,
                epochs(1)
                    .callbacks(
                        new LambdaCallback().onEpochEnd((n, logs) -> logs.put("odd", 1.0)),
                        new EarlyStopping("odd"))));
    assertTrue(e.getMessage().contains("odd"));
    assertFalse(Files.exists(Path.of("x.txt")));
  }
}
