package org.keras4j.benchmarks.networks;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.activations.ReLU;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;
import org.keras4j.models.Model;

/** The mobile network of inverted residual blocks, of full width. */
public final class MobileNetV2 {
  /** Filters, how often, the stride of the first, and by what the channels grow inside. */
  private static final int[][] STAGES = {
    {16, 1, 1, 1},
    {24, 2, 2, 6},
    {32, 3, 2, 6},
    {64, 4, 2, 6},
    {96, 3, 1, 6},
    {160, 3, 2, 6},
    {320, 1, 1, 6}
  };

  private MobileNetV2() {}

  /** For square images of that side and 1000 classes. */
  public static Model of(int side) {
    Tensor in = Input.of(side, side, 3);
    Tensor x = clipped(
        normalized(new Conv2D(32, 3).strides(2).padding("same").useBias(false).invoke(in)));
    int channels = 32;
    for (int[] s : STAGES) {
      for (int i = 0; i < s[1]; i++) {
        x = block(x, channels, s[0], i == 0 ? s[2] : 1, s[3]);
        channels = s[0];
      }
    }
    x = clipped(normalized(new Conv2D(1280, 1).useBias(false).invoke(x)));
    x = new GlobalAveragePooling2D().invoke(x);
    return Model.of(in, new Dense(1000).activation("softmax").invoke(x));
  }

  private static Tensor block(Tensor in, int channels, int filters, int stride, int growth) {
    Tensor x = in;
    if (growth > 1) {
      Conv2D wider = new Conv2D(growth * channels, 1).padding("same").useBias(false);
      x = clipped(normalized(wider.invoke(x)));
    }
    if (stride == 2) {
      long odd = x.shape().dim(1) % 2;
      x = new ZeroPadding2D((int) odd, 1, (int) odd, 1).invoke(x);
    }
    DepthwiseConv2D deep = new DepthwiseConv2D(3)
        .strides(stride)
        .padding(stride == 1 ? "same" : "valid")
        .useBias(false);
    x = clipped(normalized(deep.invoke(x)));
    x = normalized(new Conv2D(filters, 1).padding("same").useBias(false).invoke(x));
    return channels == filters && stride == 1 ? new Add().invoke(List.of(in, x)) : x;
  }

  private static Tensor normalized(Tensor x) {
    return new BatchNormalization().epsilon(1e-3).momentum(0.999).invoke(x);
  }

  private static Tensor clipped(Tensor x) {
    return new ReLU().maxValue(6.0).invoke(x);
  }
}
