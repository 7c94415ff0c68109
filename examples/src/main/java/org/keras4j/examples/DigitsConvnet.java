package org.keras4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.Adam;

/**
 * Keras's simple convnet, trained on images, saved, loaded and asked: the whole library in one program.
 *
 * <p>Arguments: {@code --backend NAME} (pytorch, tensorflow or xla), {@code --fashion} for Fashion-MNIST in
 * place of the bundled digits, {@code --data FOLDER} where its files are, {@code --epochs N}.
 */
public final class DigitsConvnet {
  private DigitsConvnet() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    boolean fashion = false;
    Path folder = null;
    int epochs = 0;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--backend" -> Keras.setBackend(args[++i]);
        case "--fashion" -> fashion = true;
        case "--data" -> folder = Path.of(args[++i]);
        case "--epochs" -> epochs = Integer.parseInt(args[++i]);
        default -> throw new IllegalArgumentException("Unknown argument " + args[i]);
      }
    }
    double accuracy = run(fashion, folder, epochs);
    System.out.printf("Test accuracy: %.4f%n", accuracy);
  }

  /** Trains, saves, loads and predicts; the accuracy on the test images. */
  static double run(boolean fashion, @Nullable Path folder, int epochs) throws IOException {
    System.out.println("Backend: " + Keras.backend().version());
    SeedGenerator.setRandomSeed(1337);
    ImageData data = fashion ? ImageData.fashion(folder) : ImageData.digits();
    Sequential model = fashion ? fashionNet() : digitsNet();
    System.out.println(model.summary());
    model.compile(new Adam(1e-3), "sparse_categorical_crossentropy", "accuracy");
    Fit fit = Fit.epochs(epochs > 0 ? epochs : fashion ? 5 : 15);
    model.fit(data.xTrain(), data.yTrain(), fit.batchSize(fashion ? 128 : 32).shuffleSeed(1));

    Map<String, Double> scores = model.evaluate(data.xTest(), data.yTest());
    System.out.println("Test: " + scores);

    Path file = Files.createTempDirectory("keras4j").resolve("convnet.keras");
    model.save(file);
    NDArray probabilities = Model.load(file).predict(data.xTest().slice(0, 5));
    System.out.println("Saved to " + file + ", loaded again; the first five test images:");
    for (int i = 0; i < 5; i++) {
      int best = 0;
      for (int k = 1; k < 10; k++) {
        best =
            probabilities.getFloat(i * 10 + k) > probabilities.getFloat(i * 10 + best) ? k : best;
      }
      System.out.printf(
          "  class %d, predicted %d with probability %.3f%n",
          data.yTest().getInt(i), best, probabilities.getFloat(i * 10 + best));
    }
    return scores.get("accuracy");
  }

  private static Sequential digitsNet() {
    return new Sequential(
        new Input(8, 8, 1),
        new Conv2D(32, 3).padding("same").activation("relu"),
        new MaxPooling2D(2),
        new Conv2D(64, 3).padding("same").activation("relu"),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(10).activation("softmax"));
  }

  private static Sequential fashionNet() {
    return new Sequential(
        new Input(28, 28, 1),
        new Conv2D(32, 3).activation("relu"),
        new MaxPooling2D(2),
        new Conv2D(64, 3).activation("relu"),
        new MaxPooling2D(2),
        new Flatten(),
        new Dropout(0.5),
        new Dense(10).activation("softmax"));
  }
}
