package org.keras4j.applications;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.merging.Add;

/**
 * Residual networks ({@code keras.applications.resnet}; He et al. 2015, arXiv:1512.03385): blocks of three convolutions
 * whose result is added to their input.
 *
 * @param <S> the class itself
 */
public abstract sealed class ResNet<S extends ResNet<S>> extends ResidualNetwork<S>
    permits ResNet50, ResNet101, ResNet152 {
  ResNet(String name, int... blocks) {
    super(name, blocks);
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.CAFFE;
  }

  @Override
  final Tensor afterFirst(Tensor x) {
    return normalizedRelu(x, "conv1");
  }

  @Override
  final Tensor block(Tensor in, int filters, int stack, int block, boolean last, String name) {
    int stride = block == 1 && stack > 0 ? 2 : 1;
    Tensor side = in;
    if (block == 1) {
      side = new Conv2D(4 * filters, 1).strides(stride).name(name + "_0_conv").invoke(in);
      side = normalized(side, name + "_0_bn");
    }
    Tensor x = new Conv2D(filters, 1).strides(stride).name(name + "_1_conv").invoke(in);
    x = normalizedRelu(x, name + "_1");
    x = new Conv2D(filters, 3).padding("same").name(name + "_2_conv").invoke(x);
    x = normalizedRelu(x, name + "_2");
    x = new Conv2D(4 * filters, 1).name(name + "_3_conv").invoke(x);
    x = normalized(x, name + "_3_bn");
    return relu(new Add().name(name + "_add").invoke(List.of(side, x)), name + "_out");
  }

  @Override
  final Tensor afterLast(Tensor x) {
    return x;
  }
}
