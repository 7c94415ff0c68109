package org.keras4j.applications;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.activations.ReLU;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Reshape;
import org.keras4j.layers.reshaping.ZeroPadding2D;

/**
 * A small network of convolutions split into one of each channel by itself and one over channels ({@code
 * keras.applications.MobileNet}; Howard et al. 2017, arXiv:1704.04861). Weights trained on ImageNet are there for the
 * widths ({@link #alpha}) 0.25, 0.5, 0.75 and 1, and images of 128, 160, 192 and 224 pixels; without the classifier, other
 * sizes take those for 224.
 */
public final class MobileNet extends WidthNetwork<MobileNet> {
  private static final int[] FILTERS = {
    64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024
  };
  private static final List<Integer> STRIDED = List.of(2, 4, 6, 12);
  private static final Map<Double, String> WIDTHS_IN_FILES =
      Map.of(0.25, "2_5", 0.5, "5_0", 0.75, "7_5", 1.0, "1_0");

  private int depthMultiplier = 1;
  private double dropout = 0.001;

  public MobileNet() {
    super(List.of(128, 160, 192, 224), List.of(0.25, 0.5, 0.75, 1.0));
  }

  /**
   * How many filters each channel gets in depthwise convolutions; 1 by default.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public MobileNet depthMultiplier(int value) {
    if (value < 1) {
      throw wrong("'depthMultiplier' expects a positive integer, got " + value);
    }
    this.depthMultiplier = value;
    return this;
  }

  /** Which part of the features is dropped before the classifier in training, from 0 to 1; 0.001 by default. */
  public MobileNet dropout(double value) {
    this.dropout = value;
    return this;
  }

  @Override
  PixelScale pixelScale() {
    return PixelScale.TF;
  }

  @Override
  void check(Shape image) {
    super.check(image);
    if (isPretrained() && depthMultiplier != 1) {
      throw wrong("the weights 'imagenet' are for depthMultiplier 1, got " + depthMultiplier);
    }
  }

  @Override
  Tensor features(Tensor image) {
    Tensor x = new Conv2D((int) (32 * alpha()), 3)
        .padding("same")
        .useBias(false)
        .strides(2)
        .name("conv1")
        .invoke(image);
    x = activated(x, "conv1");
    for (int i = 1; i <= FILTERS.length; i++) {
      x = block(x, (int) (FILTERS[i - 1] * alpha()), STRIDED.contains(i) ? 2 : 1, i);
    }
    return x;
  }

  private Tensor block(Tensor in, int filters, int stride, int number) {
    Tensor x = in;
    if (stride == 2) {
      x = new ZeroPadding2D(0, 1, 0, 1).name("conv_pad_" + number).invoke(x);
    }
    x = new DepthwiseConv2D(3)
        .padding(stride == 1 ? "same" : "valid")
        .depthMultiplier(depthMultiplier)
        .strides(stride)
        .useBias(false)
        .name("conv_dw_" + number)
        .invoke(x);
    x = activated(x, "conv_dw_" + number);
    x = new Conv2D(filters, 1)
        .padding("same")
        .useBias(false)
        .name("conv_pw_" + number)
        .invoke(x);
    return activated(x, "conv_pw_" + number);
  }

  private static Tensor activated(Tensor x, String name) {
    Tensor normalized =
        new BatchNormalization().axis(lastOrFirst()).name(name + "_bn").invoke(x);
    return new ReLU().maxValue(6.0).name(name + "_relu").invoke(normalized);
  }

  @Override
  Tensor classifier(Tensor features) {
    Tensor x = new GlobalAveragePooling2D().keepdims(true).invoke(features);
    x = new Dropout(dropout).name("dropout").invoke(x);
    x = new Conv2D(classes(), 1).padding("same").name("conv_preds").invoke(x);
    x = new Reshape(classes()).name("reshape_2").invoke(x);
    return new Activation(classifierActivation()).name("predictions").invoke(x);
  }

  @Override
  String defaultName(Shape image) {
    return String.format(Locale.ROOT, "mobilenet_%.2f_%s", alpha(), rowsInName(image));
  }

  @Override
  String weightsFile(Shape image) {
    return "mobilenet_" + WIDTHS_IN_FILES.get(alpha()) + "_" + trainedSize(image) + "_tf"
        + (isIncludeTop() ? "" : "_no_top") + ".h5";
  }
}
