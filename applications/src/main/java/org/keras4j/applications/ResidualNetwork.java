package org.keras4j.applications;

import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;

/**
 * Residual networks of both versions: the same first layers, then four stacks of blocks of 64, 128, 256 and 512 filters,
 * which give four times as many channels.
 *
 * @param <S> the class itself
 */
abstract class ResidualNetwork<S extends ResidualNetwork<S>> extends Application<S> {
  private static final double EPSILON = 1.001e-5;

  private final String file;
  private final int[] blocks;

  /**
   * With these numbers of blocks in the stacks.
   *
   * @param name of the network and of its file of weights
   */
  ResidualNetwork(String name, int... blocks) {
    super(name, 224, 32);
    this.file = name;
    this.blocks = blocks;
  }

  @Override
  final Tensor features(Tensor image) {
    Tensor x = new ZeroPadding2D(3).name("conv1_pad").invoke(image);
    x = new Conv2D(64, 7).strides(2).name("conv1_conv").invoke(x);
    x = afterFirst(x);
    x = new ZeroPadding2D(1).name("pool1_pad").invoke(x);
    x = new MaxPooling2D(3).strides(2).name("pool1_pool").invoke(x);
    int filters = 64;
    for (int stack = 0; stack < blocks.length; stack++, filters *= 2) {
      for (int block = 1; block <= blocks[stack]; block++) {
        String name = "conv" + (stack + 2) + "_block" + block;
        x = block(x, filters, stack, block, block == blocks[stack], name);
      }
    }
    return afterLast(x);
  }

  /** What follows the first convolution. */
  abstract Tensor afterFirst(Tensor x);

  /**
   * One block.
   *
   * @param stack counted from 0
   * @param block counted from 1
   */
  abstract Tensor block(Tensor x, int filters, int stack, int block, boolean last, String name);

  /** What follows the last block. */
  abstract Tensor afterLast(Tensor x);

  static Tensor normalized(Tensor x, String name) {
    return new BatchNormalization()
        .axis(channelAxis())
        .epsilon(EPSILON)
        .name(name)
        .invoke(x);
  }

  static Tensor normalizedRelu(Tensor x, String name) {
    return relu(normalized(x, name + "_bn"), name + "_relu");
  }

  @Override
  final String weightsFile(org.keras4j.core.Shape image) {
    return Downloads.tfKernels(file, isIncludeTop());
  }
}
