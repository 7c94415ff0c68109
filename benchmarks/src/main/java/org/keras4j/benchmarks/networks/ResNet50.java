package org.keras4j.benchmarks.networks;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;
import org.keras4j.models.Model;

/** The residual network with 50 layers. */
public final class ResNet50 {
  private static final double EPSILON = 1.001e-5;
  private static final int[] BLOCKS = {3, 4, 6, 3};

  private ResNet50() {}

  /** For square images of that side and 1000 classes. */
  public static Model of(int side) {
    Tensor in = Input.of(side, side, 3);
    Tensor x = new ZeroPadding2D(3).invoke(in);
    x = relu(normalized(new Conv2D(64, 7).strides(2).invoke(x)));
    x = new MaxPooling2D(3).strides(2).invoke(new ZeroPadding2D(1).invoke(x));
    int filters = 64;
    for (int stack = 0; stack < BLOCKS.length; stack++, filters *= 2) {
      for (int i = 0; i < BLOCKS[stack]; i++) {
        x = block(x, filters, i == 0 && stack > 0 ? 2 : 1, i == 0);
      }
    }
    x = new GlobalAveragePooling2D().invoke(x);
    return Model.of(in, new Dense(1000).activation("softmax").invoke(x));
  }

  private static Tensor block(Tensor in, int filters, int stride, boolean projected) {
    Tensor side =
        projected ? normalized(new Conv2D(4 * filters, 1).strides(stride).invoke(in)) : in;
    Tensor x = relu(normalized(new Conv2D(filters, 1).strides(stride).invoke(in)));
    x = relu(normalized(new Conv2D(filters, 3).padding("same").invoke(x)));
    x = normalized(new Conv2D(4 * filters, 1).invoke(x));
    return relu(new Add().invoke(List.of(side, x)));
  }

  private static Tensor normalized(Tensor x) {
    return new BatchNormalization().epsilon(EPSILON).invoke(x);
  }

  private static Tensor relu(Tensor x) {
    return new Activation("relu").invoke(x);
  }
}
