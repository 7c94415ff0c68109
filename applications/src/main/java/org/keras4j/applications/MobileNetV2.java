package org.keras4j.applications;

import java.util.List;
import java.util.Locale;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.activations.ReLU;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;

/**
 * A small network of inverted residual blocks: narrow ends, wide depthwise convolutions between ({@code
 * keras.applications.MobileNetV2}; Sandler et al. 2018, arXiv:1801.04381). Weights trained on ImageNet are there for the
 * widths ({@link #alpha}) 0.35, 0.5, 0.75, 1, 1.3 and 1.4, and images of 96, 128, 160, 192 and 224 pixels; without the
 * classifier, other sizes take those for 224.
 */
public final class MobileNetV2 extends WidthNetwork<MobileNetV2> {
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

  public MobileNetV2() {
    super(List.of(96, 128, 160, 192, 224), List.of(0.35, 0.5, 0.75, 1.0, 1.3, 1.4));
  }

  @Override
  PixelScale pixelScale() {
    return PixelScale.TF;
  }

  @Override
  Tensor features(Tensor image) {
    Tensor x = new Conv2D(divisible(32 * alpha(), 8), 3)
        .strides(2)
        .padding("same")
        .useBias(false)
        .name("Conv1")
        .invoke(image);
    x = clipped(normalized(x, "bn_Conv1"), "Conv1_relu");
    int number = 0;
    for (int[] s : STAGES) {
      for (int i = 0; i < s[1]; i++) {
        x = block(x, s[0], i == 0 ? s[2] : 1, s[3], number++);
      }
    }
    int last = alpha() > 1 ? divisible(1280 * alpha(), 8) : 1280;
    x = new Conv2D(last, 1).useBias(false).name("Conv_1").invoke(x);
    return clipped(normalized(x, "Conv_1_bn"), "out_relu");
  }

  private Tensor block(Tensor in, int width, int stride, int growth, int number) {
    int channels = channels(in);
    int filters = divisible((int) (width * alpha()), 8);
    String name = number == 0 ? "expanded_conv_" : "block_" + number + "_";
    Tensor x = in;
    if (number > 0) {
      x = pointwise(x, growth * channels, name + "expand");
      x = clipped(normalized(x, name + "expand_BN"), name + "expand_relu");
    }
    if (stride == 2) {
      x = new ZeroPadding2D(zerosForStride(x, 3)).name(name + "pad").invoke(x);
    }
    x = new DepthwiseConv2D(3)
        .strides(stride)
        .useBias(false)
        .padding(stride == 1 ? "same" : "valid")
        .name(name + "depthwise")
        .invoke(x);
    x = clipped(normalized(x, name + "depthwise_BN"), name + "depthwise_relu");
    x = normalized(pointwise(x, filters, name + "project"), name + "project_BN");
    return channels == filters && stride == 1
        ? new Add().name(name + "add").invoke(List.of(in, x))
        : x;
  }

  private static Tensor pointwise(Tensor x, int filters, String name) {
    return new Conv2D(filters, 1).padding("same").useBias(false).name(name).invoke(x);
  }

  private static Tensor normalized(Tensor x, String name) {
    return new BatchNormalization()
        .axis(lastOrFirst())
        .epsilon(1e-3)
        .momentum(0.999)
        .name(name)
        .invoke(x);
  }

  private static Tensor clipped(Tensor x, String name) {
    return new ReLU().maxValue(6.0).name(name).invoke(x);
  }

  @Override
  Tensor classifier(Tensor x) {
    return predictions(new GlobalAveragePooling2D().invoke(x));
  }

  @Override
  String defaultName(Shape image) {
    return String.format(Locale.ROOT, "mobilenetv2_%.2f_%s", alpha(), rowsInName(image));
  }

  @Override
  String weightsFile(Shape image) {
    return "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_" + alpha() + "_" + trainedSize(image)
        + (isIncludeTop() ? "" : "_no_top") + ".h5";
  }
}
