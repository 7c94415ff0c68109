package org.keras4j.examples;

import java.io.IOException;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;

/**
 * A network's features as what they are good for without its head: images that look alike are found by them, and named
 * after their neighbours.
 */
public final class FeatureExtraction {
  private FeatureExtraction() {}

  /** Runs it on the bundled digits. */
  public static void main(String[] args) throws IOException {
    ImageData data = ImageData.digits();
    Model model = GradCam.trained(data);
    System.out.printf("Images named after their nearest neighbour: %.3f right%n", run(model, data));
  }

  /** How many test images are of the class of the training image that is nearest by its features. */
  static double run(Model model, ImageData data) {
    Functional features = Model.of(model.inputs(), model.getLayer("features").output());
    int[] nearest = nearest(features.predict(data.xTest()), features.predict(data.xTrain()));
    int right = 0;
    for (int i = 0; i < nearest.length; i++) {
      right += data.yTest().getInt(i) == data.yTrain().getInt(nearest[i]) ? 1 : 0;
    }
    return (double) right / nearest.length;
  }

  /**
   * For each row of features, which of the known ones has the smallest angle to it.
   *
   * @param of {@code (n, features)}
   * @param among {@code (m, features)}
   * @return n numbers from 0 to m - 1
   */
  static int[] nearest(NDArray of, NDArray among) {
    Tensor cosines = Ops.matmul(unit(of), Ops.transpose(unit(among)));
    NDArray best = Ops.argmax(cosines, -1).toNDArray();
    int[] out = new int[best.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = best.getInt(i);
    }
    return out;
  }

  private static Tensor unit(NDArray rows) {
    return Ops.divide(rows, Ops.add(Ops.norm(rows, 2, -1, true), 1e-12f));
  }
}
