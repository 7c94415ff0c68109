package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.attention.PositionEmbedding;
import org.keras4j.layers.attention.SinePositionEncoding;
import org.keras4j.layers.core.TernaryDense;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;

/** Layers that are not in Keras 3.15: of Keras 3.16 and of KerasHub. The numbers are what their own classes give. */
class NewerLayersTest {
  private static final float[][] X = {{1, 2, -1}, {0.5f, 0, 3}};

  private static void near(double[] expected, Tensor t) {
    assertArrayEquals(expected, t.toNDArray().toDoubleArray(), 1e-5);
  }

  private static TernaryDense ternary(TernaryDense layer) {
    layer.invoke(X);
    layer.setWeights(List.of(
        NDArray.of(new float[] {.5f, -.1f, .2f, -.9f, .05f, .3f, .2f, .7f, -.6f}, 3, 3),
        NDArray.of(new float[] {.1f, .2f, .3f}, 3)));
    return layer;
  }

  @Test
  void kernelsOfThreeValues() {
    near(
        new double[] {-0.6888889, -0.1944445, 1.8777778, 1.4805557, 1.3833334, -0.6861112},
        ternary(new TernaryDense(3)).invoke(X));
    near(
        new double[] {-0.9, -0.8, 3.3, 0.6, 3.2, -2.7},
        ternary(new TernaryDense(3).threshold(0.25)).invoke(X));
    assertThrows(IllegalArgumentException.class, () -> new TernaryDense(3).threshold(-1));
  }

  /** The gradient is that of a kernel used as it is. */
  @Test
  void ternaryKernelsLearn() {
    TernaryDense layer = ternary(new TernaryDense(3).threshold(0.25));
    Tensor kernel = layer.trainableVariables().get(0).value();
    List<Tensor> grads = Grad.valueAndGrad(
            in -> List.of(Ops.sum((Tensor) layer
                .statelessCall(
                    List.of(in.get(0), layer.trainableVariables().get(1).value()),
                    List.of(),
                    Ops.array(X),
                    CallArgs.of())
                .outputs())),
            List.of(kernel),
            List.of())
        .grads();
    near(new double[] {1.5, 1.5, 1.5, 2, 2, 2, 2, 2, 2}, grads.get(0));
  }

  @Test
  void wavesOfPlaces() {
    Tensor y = new SinePositionEncoding()
        .maxWavelength(100)
        .invoke(new float[1][3][5], CallArgs.of(new Object[] {"start_index", 2}));
    near(
        new double[] {
          0.9092974,
          -0.4161468,
          0.3116971,
          0.9501815,
          0.0502166,
          0.14112,
          -0.9899925,
          0.4577545,
          0.8890786,
          0.0752853,
          -0.7568025,
          -0.6536436,
          0.5923377,
          0.8056898,
          0.1003065
        },
        y);
  }

  @Test
  void vectorsOfPlaces() {
    PositionEmbedding layer = new PositionEmbedding(4);
    float[][][] x = new float[2][3][2];
    layer.invoke(x);
    layer.setWeights(List.of(NDArray.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 4, 2)));
    near(new double[] {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5}, layer.invoke(x));
    near(
        new double[] {2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6, 7},
        layer.invoke(x, CallArgs.of(new Object[] {"start_index", 1})));
    int[][] places = {{3, 0, 0}, {1, 1, 2}};
    near(
        new double[] {6, 7, 0, 1, 0, 1, 2, 3, 2, 3, 4, 5},
        layer.invoke(x, CallArgs.of(new Object[] {"positions", places})));
    String said = assertThrows(
            IllegalArgumentException.class, () -> layer.invoke(new float[1][5][2]))
        .getMessage();
    assertTrue(said.contains("at most 4 places"), said);
  }

  @Test
  void theyComeFromConfigsUnderTheirNames() {
    for (Layer l : List.of(
        new TernaryDense(3).threshold(0.5).activation("relu"),
        new SinePositionEncoding().maxWavelength(50),
        new PositionEmbedding(4))) {
      Object config = Serializer.serialize(l);
      Layer again = (Layer) Serializer.deserialize(config);
      assertEquals(config, Serializer.serialize(again));
    }
    assertTrue(String.valueOf(Serializer.serialize(new PositionEmbedding(4)))
        .contains("keras_hub>PositionEmbedding"));
  }
}
