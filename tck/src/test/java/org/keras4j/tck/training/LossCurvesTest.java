package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.optimizers.Adam;

/**
 * One model trained from one seed on two backends, in one JVM: the same initial weights, the same
 * dropout masks, and so the same losses but for rounding.
 */
@Tag("several-backends")
class LossCurvesTest {
  private static final int STEPS = 50;
  private static final int BATCH = 16;

  @AfterEach
  void back() {
    Keras.setBackend("pytorch");
  }

  private static double[] losses(String backend) {
    Keras.setBackend(backend);
    SeedGenerator.setRandomSeed(42);
    Sequential model = new Sequential(
        new Input(8, 8, 1),
        new Conv2D(8, 3).padding("same").activation("relu"),
        new MaxPooling2D(2),
        new Flatten(),
        new Dropout(0.25).seed(7),
        new Dense(16).activation("tanh"),
        new Dense(4).activation("softmax"));
    model.compile(new Adam(1e-3), "sparse_categorical_crossentropy");
    Random random = new Random(3);
    double[] out = new double[STEPS];
    for (int step = 0; step < STEPS; step++) {
      NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(BATCH, 8, 8, 1));
      NDArray y = NDArray.zeros(DType.INT32, Shape.of(BATCH));
      for (int i = 0; i < BATCH; i++) {
        int label = random.nextInt(4);
        y.setLong(i, label);
        for (int p = 0; p < 64; p++) {
          // a bright quadrant in noise
          boolean bright = p / 32 == label / 2 && p % 8 / 4 == label % 2;
          x.setDouble(i * 64 + p, (bright ? 1 : 0) + random.nextGaussian() / 2);
        }
      }
      out[step] = model.trainOnBatch(x, y).get("loss");
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"xla", "tensorflow"})
  void agreeWithPyTorch(String other) {
    double[] want = losses("pytorch");
    double[] got = losses(other);
    for (int i = 0; i < STEPS; i++) {
      assertEquals(want[i], got[i], 1e-4 * want[i], "step " + i);
    }
    assertTrue(
        got[STEPS - 1] < 0.8 * got[0], "the loss falls: " + got[0] + " to " + got[STEPS - 1]);
  }
}
