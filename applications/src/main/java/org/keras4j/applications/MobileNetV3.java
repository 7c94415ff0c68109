package org.keras4j.applications;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.activations.ReLU;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.merging.Multiply;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.preprocessing.Rescaling;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.reshaping.ZeroPadding2D;
import org.keras4j.ops.Ops;

/**
 * Small networks found by search, of inverted residual blocks that weigh their channels ({@code
 * keras.applications.mobilenet_v3}; Howard et al. 2019, arXiv:1905.02244). They take images of any height and width from
 * 32 on. Weights trained on ImageNet are there for the widths ({@link #alpha}) 0.75 and 1, minimalistic ones for 1.
 *
 * @param <S> the class itself
 */
public abstract sealed class MobileNetV3<S extends MobileNetV3<S>> extends Application<S>
    permits MobileNetV3Small, MobileNetV3Large {
  private static final Log LOG = Log.of(MobileNetV3.class);
  private static final int TRAINED = 224;
  private static final int SMALLEST = 32;

  /**
   * A block.
   *
   * @param growth by what the channels grow inside
   * @param wide whether the window is 5, not 3, unless the network is minimalistic
   * @param excites whether channels are weighed, unless the network is minimalistic
   * @param swish whether the activation is hard swish, not ReLU, unless the network is minimalistic
   */
  record Block(
      double growth, int filters, boolean wide, int stride, boolean excites, boolean swish) {}

  private final String size;
  private final int lastFilters;
  private final List<Block> blocks;
  private double alpha = 1;
  private boolean minimalistic;
  private double dropoutRate = 0.2;
  private boolean includePreprocessing = true;

  MobileNetV3(String name, String size, int lastFilters, List<Block> blocks) {
    super(name, TRAINED, SMALLEST);
    this.size = size;
    this.lastFilters = lastFilters;
    this.blocks = blocks;
  }

  /**
   * The width of the network: by what the numbers of filters are multiplied; 1 by default.
   *
   * @throws IllegalArgumentException if it is not above 0
   */
  public final S alpha(double value) {
    if (!(value > 0)) {
      throw wrong("'alpha' expects a number above 0, got " + value);
    }
    this.alpha = value;
    return self();
  }

  /**
   * Whether blocks do without weighing of channels, hard swish and windows of 5, which some hardware runs slowly; false
   * by default.
   */
  public final S minimalistic(boolean value) {
    this.minimalistic = value;
    return self();
  }

  /** Which part of the features is dropped before the classifier in training, from 0 to 1; 0.2 by default. */
  public final S dropoutRate(double value) {
    this.dropoutRate = value;
    return self();
  }

  /** Whether the first layer scales pixels from 0 to 255 to -1 to 1; true by default. */
  public final S includePreprocessing(boolean value) {
    this.includePreprocessing = value;
    return self();
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.NONE;
  }

  @Override
  final Shape resolvedShape() {
    Shape given = givenShape();
    KerasTensor tensor = inputTensor();
    if (given == null) {
      given = tensor != null ? tensor.shape().slice(1) : null;
    }
    // the classifier is made of convolutions: it needs no known sizes
    return new ImageShape(label(), TRAINED, SMALLEST).resolve(given, false, isPretrained());
  }

  @Override
  final void check(Shape image) {
    if (!isPretrained()) {
      return;
    }
    if (alpha != 1 && (minimalistic || alpha != 0.75)) {
      throw wrong("the weights 'imagenet' are for alpha " + (minimalistic ? "1" : "0.75 or 1")
          + (minimalistic ? " of minimalistic networks" : "") + ", got " + alpha);
    }
    int first = channelsFirst() ? 1 : 0;
    if (image.dim(first) != TRAINED || image.dim(first + 1) != TRAINED) {
      LOG.warn(label() + ": the weights were trained on images of 224 by 224, not " + image);
    }
  }

  @Override
  final Tensor features(Tensor image) {
    Tensor x = image;
    if (includePreprocessing) {
      x = new Rescaling(1.0 / 127.5, -1.0).invoke(x);
    }
    x = new Conv2D(16, 3).strides(2).padding("same").useBias(false).name("conv").invoke(x);
    x = activated(normalized(x, "conv_bn"), true);
    for (int i = 0; i < blocks.size(); i++) {
      x = block(x, blocks.get(i), i);
    }
    x = pointwise(x, divisible(channels(x) * 6, 8), false, "conv_1");
    return activated(normalized(x, "conv_1_bn"), true);
  }

  private Tensor block(Tensor in, Block b, int number) {
    int channels = channels(in);
    int filters = divisible(b.filters * alpha, 8);
    int window = b.wide && !minimalistic ? 5 : 3;
    String name = number == 0 ? "expanded_conv_" : "expanded_conv_" + number + "_";
    int inner = divisible(channels * b.growth, 8);
    Tensor x = in;
    if (number > 0) {
      x = pointwise(x, inner, false, name + "expand");
      x = activated(normalized(x, name + "expand_bn"), b.swish);
    }
    if (b.stride == 2) {
      x = new ZeroPadding2D(zerosForStride(x, window))
          .name(name + "depthwise_pad")
          .invoke(x);
    }
    x = new DepthwiseConv2D(window)
        .strides(b.stride)
        .padding(b.stride == 1 ? "same" : "valid")
        .useBias(false)
        .name(name + "depthwise")
        .invoke(x);
    x = activated(normalized(x, name + "depthwise_bn"), b.swish);
    if (b.excites && !minimalistic) {
      x = excited(x, inner, name + "squeeze_excite_");
    }
    x = normalized(pointwise(x, filters, false, name + "project"), name + "project_bn");
    return b.stride == 1 && channels == filters
        ? new Add().name(name + "add").invoke(List.of(in, x))
        : x;
  }

  private static Tensor excited(Tensor in, int channels, String name) {
    Tensor x =
        new GlobalAveragePooling2D().keepdims(true).name(name + "avg_pool").invoke(in);
    x = pointwise(x, divisible(channels * 0.25, 8), true, name + "conv");
    x = new ReLU().name(name + "relu").invoke(x);
    x = pointwise(x, channels, true, name + "conv_1");
    x = Ops.multiply(new ReLU().maxValue(6.0).invoke(Ops.add(x, 3.0)), 1.0 / 6.0);
    return new Multiply().name(name + "mul").invoke(List.of(in, x));
  }

  private static Tensor pointwise(Tensor x, int filters, boolean bias, @Nullable String name) {
    return named(new Conv2D(filters, 1).padding("same").useBias(bias), name).invoke(x);
  }

  private static Tensor normalized(Tensor x, String name) {
    return new BatchNormalization()
        .axis(lastOrFirst())
        .epsilon(1e-3)
        .momentum(0.999)
        .name(name)
        .invoke(x);
  }

  private Tensor activated(Tensor x, boolean swish) {
    return swish && !minimalistic ? new Activation("hard_swish").invoke(x) : new ReLU().invoke(x);
  }

  @Override
  final Tensor classifier(Tensor features) {
    int last = alpha > 1 ? divisible(lastFilters * alpha, 8) : lastFilters;
    Tensor x = new GlobalAveragePooling2D().keepdims(true).invoke(features);
    x = activated(pointwise(x, last, true, "conv_2"), true);
    if (dropoutRate > 0) {
      x = new Dropout(dropoutRate).invoke(x);
    }
    x = new Flatten().invoke(pointwise(x, classes(), true, "logits"));
    return new Activation(classifierActivation()).name("predictions").invoke(x);
  }

  @Override
  final String weightsFile(Shape image) {
    return "weights_mobilenet_v3_" + size + (minimalistic ? "_minimalistic" : "") + "_224_" + alpha
        + "_float" + (isIncludeTop() ? "" : "_no_top_v2") + ".h5";
  }
}
