package org.keras4j.applications;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.initializers.VarianceScaling;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.merging.Multiply;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Reshape;

/**
 * What both versions of EfficientNet have in common: stages of blocks whose number and width are scaled together, and
 * the parts of blocks.
 *
 * @param <S> the class itself
 */
abstract class EfficientNetwork<S extends EfficientNetwork<S>> extends Application<S> {
  /**
   * Blocks in a row, before scaling.
   *
   * @param fused whether the blocks have one full convolution in place of a pointwise and a depthwise one
   * @param window of the convolution
   * @param stride of the first block; that of the others is 1
   * @param growth by what channels grow inside
   * @param excitation channels of the part that weighs channels, as a fraction of the block's; 0 for none
   */
  record Stage(
      boolean fused,
      int window,
      int repeats,
      int channels,
      int filters,
      int stride,
      int growth,
      double excitation) {}

  private final double width;
  private final double depth;
  private double dropoutRate;
  private double dropConnectRate = 0.2;

  EfficientNetwork(String name, int size, double width, double depth, double dropoutRate) {
    super(name, size, 32);
    this.width = width;
    this.depth = depth;
    this.dropoutRate = dropoutRate;
  }

  /**
   * Which part of the features is dropped before the classifier in training, from 0 to 1; by default that which the
   * network was trained with.
   */
  public final S dropoutRate(double value) {
    this.dropoutRate = value;
    return self();
  }

  /** How often the last block is left out in training, from 0 to 1, earlier ones less often; 0.2 by default. */
  public final S dropConnectRate(double value) {
    this.dropConnectRate = value;
    return self();
  }

  /** A number of filters, scaled. */
  abstract int scaled(int filters);

  final double width() {
    return width;
  }

  /** What blocks are built of stages; each is told its rate of being left out. */
  final Tensor blocks(Tensor first, List<Stage> stages, int total) {
    Tensor x = first;
    int number = 0;
    for (int s = 0; s < stages.size(); s++) {
      Stage stage = stages.get(s);
      int channels = scaled(stage.channels);
      int filters = scaled(stage.filters);
      int repeats = repeats(stage);
      for (int i = 0; i < repeats; i++, number++) {
        x = block(
            x,
            stage,
            i == 0 ? channels : filters,
            filters,
            i == 0 ? stage.stride : 1,
            dropConnectRate * number / total,
            "block" + (s + 1) + (char) ('a' + i) + "_");
      }
    }
    return x;
  }

  final int repeats(Stage stage) {
    return (int) Math.ceil(depth * stage.repeats);
  }

  /** One block. */
  abstract Tensor block(
      Tensor in, Stage stage, int channels, int filters, int stride, double dropRate, String name);

  /** Batch normalization with Keras's defaults but for momentum. */
  abstract BatchNormalization normalization();

  final Tensor normalized(Tensor x, String name) {
    return normalization().axis(channelAxis()).name(name).invoke(x);
  }

  static Conv2D convolution(int filters, int window, String name) {
    return new Conv2D(filters, window)
        .padding("same")
        .useBias(false)
        .kernelInitializer(convolutionStart())
        .name(name);
  }

  static VarianceScaling convolutionStart() {
    return new VarianceScaling(2.0, "fan_out", "truncated_normal");
  }

  static Tensor activated(Tensor x, String name) {
    return new Activation("swish").name(name).invoke(x);
  }

  /** The input weighed channel by channel, by what a small network makes of their means. */
  static Tensor excited(Tensor x, int inner, String name) {
    int channels = channels(x);
    Tensor w = new GlobalAveragePooling2D().name(name + "se_squeeze").invoke(x);
    Reshape apart = channelsFirst() ? new Reshape(channels, 1, 1) : new Reshape(1, 1, channels);
    w = apart.name(name + "se_reshape").invoke(w);
    w = convolution(inner, 1, name + "se_reduce")
        .useBias(true)
        .activation("swish")
        .invoke(w);
    w = convolution(channels, 1, name + "se_expand")
        .useBias(true)
        .activation("sigmoid")
        .invoke(w);
    return new Multiply().name(name + "se_excite").invoke(List.of(x, w));
  }

  /** A block's result added to its input, and left out at times in training. */
  static Tensor residual(Tensor in, Tensor x, double dropRate, String name) {
    Tensor kept = dropRate > 0
        ? new Dropout(dropRate).noiseShape(-1, 1, 1, 1).name(name + "drop").invoke(x)
        : x;
    return new Add().name(name + "add").invoke(List.of(kept, in));
  }

  @Override
  final Tensor classifier(Tensor features) {
    Tensor x = new GlobalAveragePooling2D().name("avg_pool").invoke(features);
    if (dropoutRate > 0) {
      x = new Dropout(dropoutRate).name("top_dropout").invoke(x);
    }
    return biased(new Dense(classes())
            .activation(classifierActivation())
            .kernelInitializer(new VarianceScaling(1.0 / 3.0, "fan_out", "uniform")))
        .name("predictions")
        .invoke(x);
  }

  /** The classifier's last layer, with its bias as the family starts it. */
  Dense biased(Dense layer) {
    return layer;
  }
}
