package org.keras4j.page;

import java.util.Random;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.Adam;

/**
 * A training whose page is looked at: the picture in the documentation is of it. Arguments: a port, and for how many
 * seconds the page stays.
 */
final class TrainingPageDemo {
  private static final int ROWS = 6000;
  private static final int CLASSES = 3;

  private TrainingPageDemo() {}

  public static void main(String[] args) throws Exception {
    SeedGenerator.setRandomSeed(1);
    Random random = new Random(1);
    float[] x = new float[ROWS * 2];
    int[] y = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      // three arms of a spiral
      y[i] = i % CLASSES;
      double r = random.nextDouble();
      double angle = 4 * r + y[i] * 2 * Math.PI / CLASSES + random.nextGaussian() * 0.28;
      x[2 * i] = (float) (r * Math.cos(angle));
      x[2 * i + 1] = (float) (r * Math.sin(angle));
    }
    Sequential model = new Sequential(
        new Input(2),
        new Dense(48).name("hidden_1").activation("relu"),
        new BatchNormalization().name("norm"),
        new Dense(48).name("hidden_2").activation("relu"),
        new Dropout(0.2).name("dropout"),
        new Dense(CLASSES).name("classes").activation("softmax"));
    model.name("spirals");
    model.compile(new Adam(3e-3), "sparse_categorical_crossentropy", "accuracy");
    NDArray rows = NDArray.of(x, ROWS, 2);
    NDArray labels = NDArray.of(y, ROWS);
    try (TrainingServer server = new TrainingServer(Integer.parseInt(args[0]))) {
      System.out.println("look at " + server.uri());
      model.fit(
          rows,
          labels,
          Fit.epochs(30)
              .batchSize(64)
              .validationSplit(0.2)
              .verbose(0)
              .callbacks(server
                  .callback()
                  .updateFreq(10)
                  .gradients(rows.slice(0, 512), labels.slice(0, 512))));
      System.out.println("trained");
      Thread.sleep(Integer.parseInt(args[1]) * 1000L);
    }
  }
}
