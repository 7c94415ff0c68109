package org.keras4j.examples;

import java.io.IOException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.optimizers.Adam;

/**
 * Where in an image a network sees what it says (Grad-CAM; Selvaraju et al. 2017, arXiv:1610.02391): the maps of its last
 * convolution, each weighted with how much the answer grows with it.
 */
public final class GradCam {
  private static final String SHADES = " .:-=+*#%@";

  private GradCam() {}

  /** Trains a network on the bundled digits and prints some of them beside what speaks for their class. */
  public static void main(String[] args) throws IOException {
    ImageData data = ImageData.digits();
    Model model = trained(data);
    for (int i = 0; i < 3; i++) {
      NDArray image = data.xTest().slice(i, i + 1);
      NDArray heat = heatmap(model, "maps", image);
      System.out.println("A " + data.yTest().getInt(i) + ", and what speaks for it:");
      for (int row = 0; row < 8; row++) {
        System.out.println(shades(image, row) + "  |  " + shades(heat, row));
      }
    }
  }

  private static String shades(NDArray values, int row) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      char c = SHADES.charAt((int) Math.min(9, 10 * values.getDouble(row * 8 + i)));
      b.append(c).append(c);
    }
    return b.toString();
  }

  /** A network for the bundled digits. */
  static Sequential trained(ImageData data) {
    SeedGenerator.setRandomSeed(5);
    Sequential model = new Sequential(
        new Input(8, 8, 1),
        new Conv2D(32, 3).padding("same").activation("relu"),
        new Conv2D(32, 3).padding("same").activation("relu").name("maps"),
        new GlobalAveragePooling2D().name("features"),
        new Dense(10).activation("softmax").name("classes"));
    model.compile(new Adam(3e-3), "sparse_categorical_crossentropy", "accuracy");
    model.fit(
        data.xTrain(),
        data.yTrain(),
        Fit.epochs(30).batchSize(32).shuffleSeed(1).verbose(0));
    return model;
  }

  /**
   * What speaks for the most probable class of an image.
   *
   * @param layer the name of the convolution whose maps are looked at
   * @param image {@code (1, height, width, channels)}
   * @return from 0 to 1, of the height and width of the maps
   */
  public static NDArray heatmap(Model model, String layer, NDArray image) {
    Functional front = Model.of(model.inputs(), model.getLayer(layer).output());
    Functional back = Model.of(model.getLayer(layer).output(), model.outputs());
    Tensor maps = front.invoke(image);
    Tensor grads =
        Grad.valueAndGrad(m -> Ops.log(Ops.max(back.invoke(m))), maps).grads().get(0);
    Tensor weights = Ops.mean(grads, new int[] {0, 1, 2}, true);
    Tensor heat = Ops.relu(Ops.squeeze(Ops.sum(Ops.multiply(maps, weights), -1, false), 0));
    return Ops.divide(heat, Ops.add(Ops.max(heat), 1e-12f)).toNDArray();
  }
}
