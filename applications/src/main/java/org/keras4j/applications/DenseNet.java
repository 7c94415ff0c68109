package org.keras4j.applications;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;

/**
 * Networks whose layers see what all layers before them in a block gave ({@code keras.applications.densenet}; Huang et
 * al. 2016, arXiv:1608.06993). With channels last alone, as in Keras.
 *
 * @param <S> the class itself
 */
public abstract sealed class DenseNet<S extends DenseNet<S>> extends Application<S>
    permits DenseNet121, DenseNet169, DenseNet201 {
  private static final int GROWTH = 32;

  private final String file;
  private final int[] blocks;

  DenseNet(String name, int... blocks) {
    super(name, 224, 32);
    this.file = name;
    this.blocks = blocks;
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.TORCH;
  }

  @Override
  final Shape resolvedShape() {
    requireChannelsLast();
    return super.resolvedShape();
  }

  @Override
  final Tensor features(Tensor image) {
    Tensor x = new ZeroPadding2D(3).invoke(image);
    x = new Conv2D(64, 7).strides(2).useBias(false).name("conv1_conv").invoke(x);
    x = normalizedRelu(x, "conv1");
    x = new ZeroPadding2D(1).invoke(x);
    x = new MaxPooling2D(3).strides(2).name("pool1").invoke(x);
    for (int b = 0; b < blocks.length; b++) {
      for (int i = 1; i <= blocks[b]; i++) {
        x = layer(x, "conv" + (b + 2) + "_block" + i);
      }
      if (b < blocks.length - 1) {
        x = halved(x, "pool" + (b + 2));
      }
    }
    return relu(normalized(x, "bn"), "relu");
  }

  private static Tensor layer(Tensor in, String name) {
    Tensor x = normalizedRelu(in, name + "_0");
    x = new Conv2D(4 * GROWTH, 1).useBias(false).name(name + "_1_conv").invoke(x);
    x = normalizedRelu(x, name + "_1");
    x = new Conv2D(GROWTH, 3)
        .padding("same")
        .useBias(false)
        .name(name + "_2_conv")
        .invoke(x);
    return new Concatenate(channelAxis()).name(name + "_concat").invoke(List.of(in, x));
  }

  private static Tensor halved(Tensor in, String name) {
    Tensor x = normalizedRelu(in, name);
    x = new Conv2D(channels(in) / 2, 1).useBias(false).name(name + "_conv").invoke(x);
    return new AveragePooling2D(2).strides(2).name(name + "_pool").invoke(x);
  }

  private static Tensor normalizedRelu(Tensor x, String name) {
    return relu(normalized(x, name + "_bn"), name + "_relu");
  }

  private static Tensor normalized(Tensor x, String name) {
    return new BatchNormalization()
        .axis(channelAxis())
        .epsilon(1.001e-5)
        .name(name)
        .invoke(x);
  }

  @Override
  final String weightsFile(Shape image) {
    return Downloads.tfKernels(file, isIncludeTop());
  }
}
