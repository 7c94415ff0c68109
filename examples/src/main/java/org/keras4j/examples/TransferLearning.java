package org.keras4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.Layer;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Functional;
import org.keras4j.models.Load;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.Adam;

/**
 * Transfer learning from end to end: a network learns the classes 0 to 4 of a set of images, loses its head, and learns
 * the classes 5 to 9 from a few images of each: first a new head on frozen features, then, slowly, all of it.
 *
 * <p>Arguments: {@code --backend NAME} (pytorch, tensorflow or xla), {@code --fashion} for Fashion-MNIST in
 * place of the bundled digits, {@code --data FOLDER} where its files are, {@code --images N} of each new class, {@code --seed N}.
 */
public final class TransferLearning {
  private static final int CLASSES = 5;
  private static final long SEED = 7;

  private TransferLearning() {}

  /** Accuracies on the test images of the new classes. */
  public record Scores(double newHead, double fineTuned) {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    boolean fashion = false;
    Path folder = null;
    int images = 10;
    long seed = SEED;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--backend" -> Keras.setBackend(args[++i]);
        case "--fashion" -> fashion = true;
        case "--data" -> folder = Path.of(args[++i]);
        case "--images" -> images = Integer.parseInt(args[++i]);
        case "--seed" -> seed = Long.parseLong(args[++i]);
        default -> throw new IllegalArgumentException("Unknown argument " + args[i]);
      }
    }
    Scores s = run(fashion ? ImageData.fashion(folder) : ImageData.digits(), images, seed);
    System.out.printf("Accuracy with a new head %.3f, fine-tuned %.3f%n", s.newHead, s.fineTuned);
  }

  /**
   * Trains and transfers.
   *
   * @param images how many of each new class there are to learn from
   */
  public static Scores run(ImageData data, int images) throws IOException {
    return run(data, images, SEED);
  }

  private static Scores run(ImageData data, int images, long seed) throws IOException {
    SeedGenerator.setRandomSeed(seed);
    Part old = part(data.xTrain(), data.yTrain(), 0, Integer.MAX_VALUE);
    Part few = part(data.xTrain(), data.yTrain(), CLASSES, images);
    Part test = part(data.xTest(), data.yTest(), CLASSES, Integer.MAX_VALUE);

    // the network that knows something, as a file
    Sequential learned = network(old.x.shape());
    train(learned, 1e-3, old, old.y.size() > 10_000 ? 2 : 20);
    Path file = Files.createTempDirectory("keras4j").resolve("pretrained.keras");
    learned.save(file);

    // without its head, and frozen; called for inference, so that its batch normalization stays as
    // it is
    Model pretrained = Model.load(file, Load.compile(false));
    Functional base =
        Model.of(pretrained.inputs(), pretrained.getLayer("features").output(), "base");
    base.trainable(false);
    KerasTensor in = new Input(sample(old.x.shape())).output();
    Tensor x = new Dropout(0.2).invoke(base.invoke(in));
    Functional model =
        Model.of(in, new Dense(CLASSES).activation("softmax").name("head").invoke(x), "transfer");
    model.summaryOptions().showTrainable(true).expandNested(true).print();
    train(model, 1e-2, few, 60);
    double newHead = accuracy(model, test);

    // all of it but for the statistics of its batch normalization, slowly; compiled anew, as other
    // weights are trained now
    base.trainable(true);
    for (Layer layer : base.layers()) {
      if (layer instanceof BatchNormalization) {
        layer.trainable(false);
      }
    }
    train(model, 3e-4, few, 40);
    return new Scores(newHead, accuracy(model, test));
  }

  private static long[] sample(Shape images) {
    return images.slice(1, images.rank()).toArray();
  }

  private static Sequential network(Shape images) {
    boolean small = images.dim(1) < 16;
    return new Sequential(
        new Input(sample(images)),
        new Conv2D(32, 3).padding("same").activation("relu"),
        new BatchNormalization().momentum(0.9),
        new MaxPooling2D(2),
        new Conv2D(64, 3).padding("same").activation("relu"),
        new BatchNormalization().momentum(0.9),
        new MaxPooling2D(small ? 1 : 2),
        new Conv2D(64, 3).padding("same").activation("relu").name("maps"),
        new GlobalAveragePooling2D().name("features"),
        new Dense(CLASSES).activation("softmax").name("head"));
  }

  private static void train(Model model, double rate, Part data, int epochs) {
    model.compile(new Adam(rate), "sparse_categorical_crossentropy", "accuracy");
    model.fit(data.x, data.y, Fit.epochs(epochs).batchSize(32).shuffleSeed(1).verbose(0));
  }

  private static double accuracy(Model model, Part test) {
    return model.evaluate(test.x, test.y).get("accuracy");
  }

  /** Images and their classes, counted from 0. */
  private record Part(NDArray x, NDArray y) {}

  // the images of five classes, so many of each at most
  private static Part part(NDArray x, NDArray y, int first, int most) {
    List<Integer> rows = new ArrayList<>();
    int[] taken = new int[CLASSES];
    for (int i = 0; i < y.size(); i++) {
      int c = y.getInt(i) - first;
      if (c >= 0 && c < CLASSES && taken[c] < most) {
        taken[c]++;
        rows.add(i);
      }
    }
    int pixels = x.size() / (int) x.shape().dim(0);
    NDArray images = NDArray.zeros(DType.FLOAT32, x.shape().with(0, rows.size()));
    int[] classes = new int[rows.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = y.getInt(rows.get(i)) - first;
      for (int k = 0; k < pixels; k++) {
        images.setDouble(i * pixels + k, x.getDouble(rows.get(i) * pixels + k));
      }
    }
    return new Part(images, NDArray.of(classes));
  }
}
