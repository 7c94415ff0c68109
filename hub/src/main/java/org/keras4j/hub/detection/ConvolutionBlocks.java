package org.keras4j.hub.detection;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;
import org.keras4j.ops.Ops;

/**
 * The parts that YOLOv8 is made of, as graphs. Layers have the names that KerasCV gives them.
 *
 * @param activation the function behind each convolution
 */
record ConvolutionBlocks(String activation) {
  private static final int POOL = 5;

  /** A convolution, normalized and activated, of the same size divided by the strides. */
  Tensor convolution(Tensor x, int filters, int kernel, int strides, String name) {
    Tensor padded =
        kernel == 1 ? x : new ZeroPadding2D(kernel / 2).name(name + "_pad").invoke(x);
    Tensor y = new Conv2D(filters, kernel)
        .strides(strides)
        .useBias(false)
        .name(name + "_conv")
        .invoke(padded);
    y = new BatchNormalization().momentum(0.97).epsilon(1e-3).name(name + "_bn").invoke(y);
    return new Activation(activation).name(name).invoke(y);
  }

  /** Two halves, of which one goes through pairs of convolutions; all that comes out of them is joined. */
  Tensor crossStage(Tensor x, int channels, int depth, boolean shortcut, String name) {
    int hidden = channels / 2;
    Tensor both = convolution(x, 2 * hidden, 1, 1, name + "_pre");
    List<Tensor> all = new ArrayList<>(Ops.split(both, 2, -1));
    for (int i = 0; i < depth; i++) {
      Tensor last = all.get(all.size() - 1);
      Tensor deep = convolution(last, hidden, 3, 1, name + "_pre_" + i + "_1");
      deep = convolution(deep, hidden, 3, 1, name + "_pre_" + i + "_2");
      all.add(shortcut ? Ops.add(last, deep) : deep);
    }
    return convolution(Ops.concatenate(all, -1), channels, 1, 1, name + "_output");
  }

  /** Largest values of ever wider surroundings, joined. */
  Tensor pyramidPooling(Tensor x, String name) {
    int channels = x.shape().intDim(-1);
    List<Tensor> all = new ArrayList<>();
    all.add(convolution(x, channels / 2, 1, 1, name + "_pre"));
    for (int i = 1; i <= 3; i++) {
      all.add(new MaxPooling2D(POOL)
          .strides(1)
          .padding("same")
          .name(name + "_pool" + i)
          .invoke(all.get(i - 1)));
    }
    return convolution(Ops.concatenate(all, -1), channels, 1, 1, name + "_output");
  }

  /** Twice as high and wide. */
  static Tensor upsampled(Tensor x) {
    return Ops.repeat(Ops.repeat(x, 2, 1), 2, 2);
  }
}
