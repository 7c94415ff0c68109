package modular.app;

import java.nio.file.Path;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;

/** Builds, trains, saves and serves a model as a named module. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    float[][] x = new float[64][4];
    float[][] y = new float[64][1];
    for (int i = 0; i < x.length; i++) {
      x[i] = new float[] {i / 64f, (i % 7) / 7f, (i % 3) / 3f, 1};
      y[i][0] = x[i][0] - x[i][1];
    }
    Sequential model = new Sequential(
        new Input(4),
        new Scale(2),
        new Dense(8).activation("relu").kernelInitializer("glorot_uniform"),
        new Dense(1));
    model.compile("adam", "mse");
    double loss = model.fit(x, y, Fit.epochs(3).verbose(0)).last("loss");
    NDArray before = model.predict(x);
    Path file = Path.of(args[0]);
    model.save(file);
    NDArray after = Model.load(file).predict(x);
    if (!before.equals(after) || !(loss < 10)) {
      throw new AssertionError("the loaded model predicts something else, or the loss is " + loss);
    }
    System.out.println("served on " + Keras.backend().name());
  }
}
