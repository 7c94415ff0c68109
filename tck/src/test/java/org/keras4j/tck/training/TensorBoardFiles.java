package org.keras4j.tck.training;

import java.nio.file.Path;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.TensorBoard;
import org.keras4j.training.optimizers.SGD;

/**
 * Writes event files of a small training into a folder, for {@code scripts/check_tensorboard.py}, which has Keras's callback
 * write those of the same training.
 */
final class TensorBoardFiles {
  private TensorBoardFiles() {}

  public static void main(String[] args) {
    float[] x = new float[12];
    float[] y = new float[6];
    for (int i = 0; i < x.length; i++) {
      x[i] = i / 10f;
      y[i / 2] += x[i];
    }
    Sequential model = new Sequential(
        new Input(2), new Dense(3).activation("tanh").name("hidden"), new Dense(1).name("out"));
    model.name("board");
    model.compile(new SGD(0.01), "mse", "mae");
    model.fit(
        NDArray.of(x, 6, 2),
        NDArray.of(y, 6, 1),
        Fit.epochs(3)
            .batchSize(2)
            .verbose(0)
            .validationSplit(1.0 / 3)
            .callbacks(new TensorBoard(Path.of(args[0]))
                .histogramFreq(1)
                .writeImages(true)
                .updateFreq(1)
                .writeStepsPerSecond(true)));
  }
}
