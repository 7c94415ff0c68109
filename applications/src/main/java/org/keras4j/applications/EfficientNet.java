package org.keras4j.applications;

import java.util.List;
import java.util.stream.DoubleStream;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.Rescaling;
import org.keras4j.layers.reshaping.ZeroPadding2D;

/**
 * Networks of inverted residual blocks that weigh their channels, scaled in depth, width and size of images together
 * ({@code keras.applications.efficientnet}; Tan and Le 2019, arXiv:1905.11946). The first layers scale pixels, which
 * come in from 0 to 255.
 *
 * @param <S> the class itself
 */
public abstract sealed class EfficientNet<S extends EfficientNet<S>> extends EfficientNetwork<S>
    permits EfficientNetB0,
        EfficientNetB1,
        EfficientNetB2,
        EfficientNetB3,
        EfficientNetB4,
        EfficientNetB5,
        EfficientNetB6,
        EfficientNetB7 {
  private static final List<Stage> STAGES = List.of(
      new Stage(false, 3, 1, 32, 16, 1, 1, 0.25),
      new Stage(false, 3, 2, 16, 24, 2, 6, 0.25),
      new Stage(false, 5, 2, 24, 40, 2, 6, 0.25),
      new Stage(false, 3, 3, 40, 80, 2, 6, 0.25),
      new Stage(false, 5, 3, 80, 112, 1, 6, 0.25),
      new Stage(false, 5, 4, 112, 192, 2, 6, 0.25),
      new Stage(false, 3, 1, 192, 320, 1, 6, 0.25));

  private final String file;

  EfficientNet(String name, int size, double width, double depth, double dropoutRate) {
    super(name, size, width, depth, dropoutRate);
    this.file = name;
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.NONE;
  }

  @Override
  final int scaled(int filters) {
    return divisible(filters * width(), 8);
  }

  @Override
  final BatchNormalization normalization() {
    return new BatchNormalization();
  }

  @Override
  final Tensor features(Tensor image) {
    Tensor x = new Rescaling(1.0 / 255.0).invoke(image);
    x = new Normalization().axis(channelAxis()).invoke(x);
    if (isPretrained()) {
      // what the weights were trained with, though their normalization divides by deviations, not
      // by their roots
      double[] scale =
          DoubleStream.of(0.229, 0.224, 0.225).map(v -> 1.0 / Math.sqrt(v)).toArray();
      x = new Rescaling(scale, new double[] {0}).invoke(x);
    }
    x = new ZeroPadding2D(zerosForStride(x, 3)).name("stem_conv_pad").invoke(x);
    x = new Conv2D(scaled(32), 3)
        .strides(2)
        .useBias(false)
        .kernelInitializer(convolutionStart())
        .name("stem_conv")
        .invoke(x);
    x = activated(normalized(x, "stem_bn"), "stem_activation");
    int total = STAGES.stream().mapToInt(this::repeats).sum();
    x = blocks(x, STAGES, total);
    x = convolution(scaled(1280), 1, "top_conv").invoke(x);
    return activated(normalized(x, "top_bn"), "top_activation");
  }

  @Override
  final Tensor block(
      Tensor in, Stage stage, int channels, int filters, int stride, double dropRate, String name) {
    Tensor x = in;
    if (stage.growth() != 1) {
      x = convolution(channels * stage.growth(), 1, name + "expand_conv").invoke(x);
      x = activated(normalized(x, name + "expand_bn"), name + "expand_activation");
    }
    if (stride == 2) {
      int[] zeros = zerosForStride(x, stage.window());
      x = new ZeroPadding2D(zeros).name(name + "dwconv_pad").invoke(x);
    }
    x = new DepthwiseConv2D(stage.window())
        .strides(stride)
        .padding(stride == 2 ? "valid" : "same")
        .useBias(false)
        .depthwiseInitializer(convolutionStart())
        .name(name + "dwconv")
        .invoke(x);
    x = activated(normalized(x, name + "bn"), name + "activation");
    x = excited(x, Math.max(1, (int) (channels * stage.excitation())), name);
    x = convolution(filters, 1, name + "project_conv").invoke(x);
    x = normalized(x, name + "project_bn");
    return stride == 1 && channels == filters ? residual(in, x, dropRate, name) : x;
  }

  @Override
  final String weightsFile(Shape image) {
    return file + (isIncludeTop() ? "" : "_notop") + ".h5";
  }
}
