package org.keras4j.applications;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;

/**
 * Convolutional networks built like vision transformers ({@code keras.applications.convnext}; Liu et al. 2022,
 * arXiv:2201.03545). With channels last alone, as in Keras.
 *
 * @param <S> the class itself
 */
public abstract sealed class ConvNeXt<S extends ConvNeXt<S>> extends Application<S>
    permits ConvNeXtTiny, ConvNeXtSmall, ConvNeXtBase, ConvNeXtLarge, ConvNeXtXLarge {
  private static final double EPSILON = 1e-6;

  private final String file;
  private final int middle;
  private final int width;
  private boolean includePreprocessing = true;
  private double dropPathRate;
  private @Nullable Double layerScaleInitValue = 1e-6;

  /**
   * With these sizes.
   *
   * @param middle the blocks of the third stage; the others have 3
   * @param width the channels of the first stage; each later one has twice as many
   */
  ConvNeXt(String name, int middle, int width) {
    super(name, 224, 32);
    this.file = name;
    this.middle = middle;
    this.width = width;
  }

  /** Whether the first layer scales pixels, which then come in from 0 to 255; true by default. */
  public final S includePreprocessing(boolean value) {
    this.includePreprocessing = value;
    return self();
  }

  /** How often the last block is left out in training, from 0 to 1, earlier ones less often; 0 by default. */
  public final S dropPathRate(double value) {
    if (!(value >= 0 && value < 1)) {
      throw wrong("'dropPathRate' expects a number from 0 to below 1, got " + value);
    }
    this.dropPathRate = value;
    return self();
  }

  /** Where the factors of blocks' channels start; 1e-6 by default, null for no such factors. */
  public final S layerScaleInitValue(@Nullable Number value) {
    this.layerScaleInitValue = value == null ? null : value.doubleValue();
    return self();
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.NONE;
  }

  @Override
  final Shape resolvedShape() {
    requireChannelsLast();
    return super.resolvedShape();
  }

  @Override
  final Tensor features(Tensor image) {
    Tensor x = image;
    if (includePreprocessing && channels(x) == 3) {
      x = new Normalization()
          .statistics(
              List.of(0.485 * 255, 0.456 * 255, 0.406 * 255),
              List.of(square(0.229 * 255), square(0.224 * 255), square(0.225 * 255)))
          .name(prefix() + "_prestem_normalization")
          .invoke(x);
    }
    int[] depths = {3, 3, middle, 3};
    int total = 9 + middle;
    int number = 0;
    for (int stage = 0; stage < depths.length; stage++) {
      int channels = width << stage;
      x = (stage == 0 ? stem(channels) : halving(stage - 1, channels)).invoke(x);
      for (int i = 0; i < depths[stage]; i++, number++) {
        double rate = number == total - 1 ? dropPathRate : number * (dropPathRate / (total - 1));
        x = block(x, channels, rate, prefix() + "_stage_" + stage + "_block_" + i);
      }
    }
    return x;
  }

  private static double square(double x) {
    return x * x;
  }

  private Sequential stem(int channels) {
    return (Sequential) new Sequential(
            new Conv2D(channels, 4).strides(4).name(prefix() + "_stem_conv"),
            normalization(prefix() + "_stem_layernorm"))
        .name(prefix() + "_stem");
  }

  private Sequential halving(int number, int channels) {
    return (Sequential) new Sequential(
            normalization(prefix() + "_downsampling_layernorm_" + number),
            new Conv2D(channels, 2).strides(2).name(prefix() + "_downsampling_conv_" + number))
        .name(prefix() + "_downsampling_block_" + number);
  }

  private Tensor block(Tensor in, int channels, double dropRate, String name) {
    Tensor x = new Conv2D(channels, 7)
        .padding("same")
        .groups(channels)
        .name(name + "_depthwise_conv")
        .invoke(in);
    x = normalization(name + "_layernorm").invoke(x);
    x = new Dense(4 * channels).name(name + "_pointwise_conv_1").invoke(x);
    x = new Activation("gelu").name(name + "_gelu").invoke(x);
    x = new Dense(channels).name(name + "_pointwise_conv_2").invoke(x);
    if (layerScaleInitValue != null) {
      x = new LayerScale(layerScaleInitValue, channels)
          .name(name + "_layer_scale")
          .invoke(x);
    }
    x = dropRate > 0
        ? new StochasticDepth(dropRate).name(name + "_stochastic_depth").invoke(x)
        : new Activation("linear").name(name + "_identity").invoke(x);
    return Ops.add(in, x);
  }

  private static LayerNormalization normalization(String name) {
    return new LayerNormalization().epsilon(EPSILON).name(name);
  }

  @Override
  final Tensor classifier(Tensor features) {
    Tensor x = new GlobalAveragePooling2D().name(prefix() + "_head_gap").invoke(features);
    x = normalization(prefix() + "_head_layernorm").invoke(x);
    return new Dense(classes())
        .activation(classifierActivation())
        .name(prefix() + "_head_dense")
        .invoke(x);
  }

  @Override
  final Tensor pooled(Tensor x) {
    return new LayerNormalization().epsilon(EPSILON).invoke(pooled(x, null, null));
  }

  /** What the names of layers begin with: the model's name. */
  private String prefix() {
    return modelName(file);
  }

  @Override
  final String weightsFile(Shape image) {
    return file + (isIncludeTop() ? "" : "_notop") + ".h5";
  }
}
