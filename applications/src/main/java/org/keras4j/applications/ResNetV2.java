package org.keras4j.applications;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;

/**
 * Residual networks that normalize before each convolution ({@code keras.applications.resnet_v2}; He et al. 2016,
 * arXiv:1603.05027).
 *
 * @param <S> the class itself
 */
public abstract sealed class ResNetV2<S extends ResNetV2<S>> extends ResidualNetwork<S>
    permits ResNet50V2, ResNet101V2, ResNet152V2 {
  ResNetV2(String name, int... blocks) {
    super(name, blocks);
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.TF;
  }

  @Override
  final Tensor afterFirst(Tensor x) {
    return x;
  }

  @Override
  final Tensor block(Tensor in, int filters, int stack, int block, boolean last, String name) {
    int stride = last && stack < 3 ? 2 : 1;
    Tensor x = normalizedRelu(in, name + "_preact");
    Tensor side = in;
    if (block == 1) {
      side = new Conv2D(4 * filters, 1).strides(stride).name(name + "_0_conv").invoke(x);
    } else if (stride > 1) {
      side = new MaxPooling2D(1).strides(stride).invoke(in);
    }
    x = new Conv2D(filters, 1).useBias(false).name(name + "_1_conv").invoke(x);
    x = normalizedRelu(x, name + "_1");
    x = new ZeroPadding2D(1).name(name + "_2_pad").invoke(x);
    x = new Conv2D(filters, 3)
        .strides(stride)
        .useBias(false)
        .name(name + "_2_conv")
        .invoke(x);
    x = normalizedRelu(x, name + "_2");
    x = new Conv2D(4 * filters, 1).name(name + "_3_conv").invoke(x);
    return new Add().name(name + "_out").invoke(List.of(side, x));
  }

  @Override
  final Tensor afterLast(Tensor x) {
    return normalizedRelu(x, "post");
  }
}
