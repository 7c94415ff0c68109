package org.keras4j.examples.custom;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.serialization.Registry;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;

/**
 * Trains with a layer, a loss, a metric, an optimizer and a callback of one's own, saves the model, loads it and
 * goes on; then trains a model with a training step of its own. Argument: {@code --backend NAME}.
 */
public final class CustomComponents {
  private static final int SAMPLES = 256;

  private CustomComponents() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    if (args.length == 2 && args[0].equals("--backend")) {
      Keras.setBackend(args[1]);
    }
    System.out.println(run(Files.createTempDirectory("keras4j")));
  }

  /**
   * What came of it.
   *
   * @param first the loss of the first epoch
   * @param last the loss of the last epoch before saving
   * @param epochs how many epochs ran before the callback ended them
   * @param samePredictions whether the loaded model predicts what the saved one does
   * @param continued the loss of the first epoch after loading
   * @param noisyFirst the first loss of the training step of its own
   * @param noisyLast the last one
   */
  record Outcome(
      double first,
      double last,
      int epochs,
      boolean samePredictions,
      double continued,
      double noisyFirst,
      double noisyLast) {}

  static Outcome run(Path folder) {
    // what the annotation processor has not seen is registered by a call
    Registry.register(SignMomentum.class, "examples");

    SeedGenerator.setRandomSeed(5);
    Random random = new Random(5);
    float[][] x = new float[SAMPLES][3];
    float[][] y = new float[SAMPLES][1];
    for (int i = 0; i < SAMPLES; i++) {
      for (int k = 0; k < 3; k++) {
        x[i][k] = (float) random.nextGaussian();
      }
      y[i][0] = Math.abs(x[i][0]) - x[i][1] + 0.1f * (float) random.nextGaussian();
    }
    Sequential model = new Sequential(new Input(3), new Antirectifier(16), new Dense(1));
    model.compile(new SignMomentum(0.01, 0.9), new QuantileLoss(0.8), new Coverage());
    Fit fit = Fit.epochs(40).batchSize(32).verbose(0).callbacks(new GoodEnough(0.25));
    History history = model.fit(x, y, fit);
    System.out.println("Scores: " + model.evaluate(x, y));

    Path file = folder.resolve("custom.keras");
    model.save(file);
    Model again = Model.load(file);
    NDArray expected = model.predict(x);
    boolean same = expected.equals(again.predict(x));
    History more = again.fit(x, y, Fit.epochs(1).batchSize(32).verbose(0));

    NoisyRegression noisy = new NoisyRegression(0.05);
    noisy.compile("adam", "mse");
    History noisyHistory = noisy.fit(x, y, Fit.epochs(10).batchSize(32).verbose(0));
    Path noisyFile = folder.resolve("noisy.keras");
    noisy.save(noisyFile);
    same &= noisy.predict(x).equals(Model.load(noisyFile).predict(x));
    return new Outcome(
        history.get("loss").get(0),
        history.last("loss"),
        history.get("loss").size(),
        same,
        more.last("loss"),
        noisyHistory.get("loss").get(0),
        noisyHistory.last("loss"));
  }
}
