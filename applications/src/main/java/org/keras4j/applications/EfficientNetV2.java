package org.keras4j.applications;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.initializers.Constant;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.Rescaling;

/**
 * The second version of EfficientNet, whose first stages have full convolutions ({@code
 * keras.applications.efficientnet_v2}; Tan and Le 2021, arXiv:2104.00298).
 *
 * @param <S> the class itself
 */
public abstract sealed class EfficientNetV2<S extends EfficientNetV2<S>> extends EfficientNetwork<S>
    permits EfficientNetV2B0,
        EfficientNetV2B1,
        EfficientNetV2B2,
        EfficientNetV2B3,
        EfficientNetV2S,
        EfficientNetV2M,
        EfficientNetV2L {
  /** The stages of the networks B0 to B3, which differ in scale alone. */
  static final List<Stage> BASE = List.of(
      new Stage(true, 3, 1, 32, 16, 1, 1, 0),
      new Stage(true, 3, 2, 16, 32, 2, 4, 0),
      new Stage(true, 3, 2, 32, 48, 2, 4, 0),
      new Stage(false, 3, 3, 48, 96, 2, 4, 0.25),
      new Stage(false, 3, 5, 96, 112, 1, 6, 0.25),
      new Stage(false, 3, 8, 112, 192, 2, 6, 0.25));

  private final String file;
  private final List<Stage> stages;
  private boolean includePreprocessing = true;

  EfficientNetV2(String name, int size, double width, double depth, List<Stage> stages) {
    super(name, size, width, depth, 0.2);
    this.file = name;
    this.stages = stages;
  }

  /**
   * Whether the first layers scale pixels, which then come in from 0 to 255; true by default. Without them the network
   * expects numbers from -1 to 1, as {@link PixelScale#TF} makes them.
   */
  public final S includePreprocessing(boolean value) {
    this.includePreprocessing = value;
    return self();
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.NONE;
  }

  @Override
  final int scaled(int filters) {
    return rounded(filters * width(), 8);
  }

  @Override
  final BatchNormalization normalization() {
    return new BatchNormalization().momentum(0.9);
  }

  @Override
  final Dense biased(Dense layer) {
    return layer.biasInitializer(new Constant(0.0));
  }

  @Override
  final Tensor features(Tensor image) {
    Tensor x = includePreprocessing ? scaledPixels(image) : image;
    x = convolution(scaled(stages.get(0).channels()), 3, "stem_conv").strides(2).invoke(x);
    x = activated(normalized(x, "stem_bn"), "stem_activation");
    // before scaling, as the networks were trained: the last rates of scaled ones are above the one
    // given
    int total = stages.stream().mapToInt(Stage::repeats).sum();
    x = blocks(x, stages, total);
    x = convolution(scaled(1280), 1, "top_conv").invoke(x);
    return activated(normalized(x, "top_bn"), "top_activation");
  }

  private Tensor scaledPixels(Tensor image) {
    if (!stages.equals(BASE) || channels(image) != 3) {
      return new Rescaling(1.0 / 128.0, -1).invoke(image);
    }
    Tensor x = new Rescaling(1.0 / 255).invoke(image);
    return new Normalization()
        .statistics(
            List.of(0.485, 0.456, 0.406), List.of(0.229 * 0.229, 0.224 * 0.224, 0.225 * 0.225))
        .axis(channelAxis())
        .invoke(x);
  }

  @Override
  final Tensor block(
      Tensor in, Stage stage, int channels, int filters, int stride, double dropRate, String name) {
    Tensor x = stage.fused()
        ? fused(in, stage, channels, filters, stride, name)
        : separated(in, stage, channels, filters, stride, name);
    return stride == 1 && channels == filters ? residual(in, x, dropRate, name) : x;
  }

  private Tensor fused(Tensor in, Stage stage, int channels, int filters, int stride, String name) {
    if (stage.growth() == 1) {
      Tensor x = convolution(filters, stage.window(), name + "project_conv")
          .strides(stride)
          .invoke(in);
      return activated(normalized(x, name + "project_bn"), name + "project_activation");
    }
    Tensor x = convolution(channels * stage.growth(), stage.window(), name + "expand_conv")
        .strides(stride)
        .invoke(in);
    x = activated(normalized(x, name + "expand_bn"), name + "expand_activation");
    x = convolution(filters, 1, name + "project_conv").invoke(x);
    return normalized(x, name + "project_bn");
  }

  private Tensor separated(
      Tensor in, Stage stage, int channels, int filters, int stride, String name) {
    Tensor x = convolution(channels * stage.growth(), 1, name + "expand_conv").invoke(in);
    x = activated(normalized(x, name + "expand_bn"), name + "expand_activation");
    x = new DepthwiseConv2D(stage.window())
        .strides(stride)
        .padding("same")
        .useBias(false)
        .depthwiseInitializer(convolutionStart())
        .name(name + "dwconv2")
        .invoke(x);
    x = activated(normalized(x, name + "bn"), name + "activation");
    x = excited(x, Math.max(1, (int) (channels * stage.excitation())), name);
    x = convolution(filters, 1, name + "project_conv").invoke(x);
    return normalized(x, name + "project_bn");
  }

  @Override
  final String weightsFile(Shape image) {
    return file + (isIncludeTop() ? "" : "_notop") + ".h5";
  }
}
