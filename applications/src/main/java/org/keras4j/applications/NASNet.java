package org.keras4j.applications;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.SeparableConv2D;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.reshaping.Cropping2D;
import org.keras4j.layers.reshaping.ZeroPadding2D;

/**
 * Networks of cells found by search ({@code keras.applications.nasnet}; Zoph et al. 2017, arXiv:1707.07012): each cell
 * sees the results of the two before it. With channels last alone, as in Keras.
 *
 * @param <S> the class itself
 */
public abstract sealed class NASNet<S extends NASNet<S>> extends Application<S>
    permits NASNetMobile, NASNetLarge {
  private final String file;
  private final int cells;
  private final int stemFilters;
  private final int filters;
  private final boolean skipsReduction;

  /** A cell's result, and its input for the cell after the next. */
  private record Cells(Tensor now, @Nullable Tensor before) {}

  /**
   * With these sizes.
   *
   * @param cells normal ones in each of the three stages
   * @param filters of the cells of the first stage; later ones have twice and four times as many
   * @param skipsReduction whether cells after a reduction see what came before it, not its input
   */
  NASNet(String name, int size, int cells, int stemFilters, int filters, boolean skipsReduction) {
    super(name, size, 32);
    this.file = name;
    this.cells = cells;
    this.stemFilters = stemFilters;
    this.filters = filters;
    this.skipsReduction = skipsReduction;
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.TF;
  }

  @Override
  Shape resolvedShape() {
    requireChannelsLast();
    Shape given = givenShape();
    if (isPretrained() && given != null && !given.isKnown()) {
      throw wrong(
          "with the weights 'imagenet' all sizes of 'inputShape' must be known, got " + given);
    }
    return super.resolvedShape();
  }

  @Override
  final Tensor features(Tensor image) {
    Tensor x = new Conv2D(stemFilters, 3)
        .strides(2)
        .useBias(false)
        .kernelInitializer("he_normal")
        .name("stem_conv1")
        .invoke(image);
    Cells c = new Cells(normalized(x, "stem_bn1"), null);
    c = reduction(c, filters / 4, "stem_1");
    c = reduction(c, filters / 2, "stem_2");
    for (int stage = 0; stage < 3; stage++) {
      int width = filters << stage;
      if (stage > 0) {
        Cells reduced = reduction(c, width, "reduce_" + stage * cells);
        c = skipsReduction ? new Cells(reduced.now, c.before) : reduced;
      }
      for (int i = 0; i < cells; i++) {
        int number = stage * cells + i + (stage > 0 ? 1 : 0);
        c = normal(c, width, String.valueOf(number));
      }
    }
    return relu(c.now, null);
  }

  private static Cells normal(Cells in, int width, String id) {
    Tensor p = adjusted(in, width, id);
    Tensor h = relu(in.now, null);
    h = normalized(pointwise(h, width, "normal_conv_1_" + id), "normal_bn_1_" + id);
    Tensor one = added(
        "normal_add_1_" + id,
        separable(h, width, 5, 1, "normal_left1_" + id),
        separable(p, width, 3, 1, "normal_right1_" + id));
    Tensor two = added(
        "normal_add_2_" + id,
        separable(p, width, 5, 1, "normal_left2_" + id),
        separable(p, width, 3, 1, "normal_right2_" + id));
    Tensor three = added("normal_add_3_" + id, average(h, "normal_left3_" + id), p);
    Tensor four = added(
        "normal_add_4_" + id, average(p, "normal_left4_" + id), average(p, "normal_right4_" + id));
    Tensor five = added("normal_add_5_" + id, separable(h, width, 3, 1, "normal_left5_" + id), h);
    Tensor x = joined("normal_concat_" + id, p, one, two, three, four, five);
    return new Cells(x, in.now);
  }

  private static Cells reduction(Cells in, int width, String id) {
    Tensor p = adjusted(in, width, id);
    Tensor h = relu(in.now, null);
    h = normalized(pointwise(h, width, "reduction_conv_1_" + id), "reduction_bn_1_" + id);
    Tensor padded =
        new ZeroPadding2D(zerosForStride(h, 3)).name("reduction_pad_1_" + id).invoke(h);
    Tensor one = added(
        "reduction_add_1_" + id,
        separable(h, width, 5, 2, "reduction_left1_" + id),
        separable(p, width, 7, 2, "reduction_right1_" + id));
    Tensor two = added(
        "reduction_add_2_" + id,
        new MaxPooling2D(3).strides(2).name("reduction_left2_" + id).invoke(padded),
        separable(p, width, 7, 2, "reduction_right2_" + id));
    Tensor three = added(
        "reduction_add3_" + id,
        new AveragePooling2D(3).strides(2).name("reduction_left3_" + id).invoke(padded),
        separable(p, width, 5, 2, "reduction_right3_" + id));
    Tensor four = added(null, two, average(one, "reduction_left4_" + id));
    Tensor five = added(
        "reduction_add4_" + id,
        separable(one, width, 3, 1, "reduction_left4_" + id),
        new MaxPooling2D(3).strides(2).name("reduction_right5_" + id).invoke(padded));
    return new Cells(joined("reduction_concat_" + id, two, three, four, five), in.now);
  }

  /** The result of the cell before, with the height, width and channels that the cell works with. */
  private static Tensor adjusted(Cells in, int width, String id) {
    Tensor p = in.before;
    if (p == null) {
      return in.now;
    }
    if (p.shape().dim(-2) != in.now.shape().dim(-2)) {
      Tensor x = relu(p, "adjust_relu_1_" + id);
      Tensor even = everySecond(x, width / 2, "1_" + id);
      Tensor shifted = new ZeroPadding2D(0, 1, 0, 1).invoke(x);
      shifted = new Cropping2D(1, 0, 1, 0).invoke(shifted);
      Tensor odd = everySecond(shifted, width / 2, "2_" + id);
      return normalized(joined(null, even, odd), "adjust_bn_" + id);
    }
    if (channels(p) != width) {
      Tensor x = pointwise(relu(p, null), width, "adjust_conv_projection_" + id);
      return normalized(x, "adjust_bn_" + id);
    }
    return p;
  }

  private static Tensor everySecond(Tensor x, int width, String id) {
    Tensor y = new AveragePooling2D(1).strides(2).name("adjust_avg_pool_" + id).invoke(x);
    return pointwise(y, width, "adjust_conv_" + id);
  }

  private static Tensor separable(Tensor in, int width, int window, int stride, String id) {
    Tensor x = relu(in, null);
    if (stride == 2) {
      int[] zeros = zerosForStride(x, window);
      x = new ZeroPadding2D(zeros).name("separable_conv_1_pad_" + id).invoke(x);
    }
    x = new SeparableConv2D(width, window)
        .strides(stride)
        .padding(stride == 2 ? "valid" : "same")
        .useBias(false)
        .name("separable_conv_1_" + id)
        .invoke(x);
    x = relu(normalized(x, "separable_conv_1_bn_" + id), null);
    x = new SeparableConv2D(width, window)
        .padding("same")
        .useBias(false)
        .name("separable_conv_2_" + id)
        .invoke(x);
    return normalized(x, "separable_conv_2_bn_" + id);
  }

  private static Tensor pointwise(Tensor x, int width, String name) {
    return new Conv2D(width, 1)
        .padding("same")
        .useBias(false)
        .kernelInitializer("he_normal")
        .name(name)
        .invoke(x);
  }

  private static Tensor normalized(Tensor x, String name) {
    return new BatchNormalization()
        .axis(lastOrFirst())
        .momentum(0.9997)
        .epsilon(1e-3)
        .name(name)
        .invoke(x);
  }

  private static Tensor average(Tensor x, String name) {
    return new AveragePooling2D(3).strides(1).padding("same").name(name).invoke(x);
  }

  private static Tensor added(@Nullable String name, Tensor a, Tensor b) {
    return named(new Add(), name).invoke(List.of(a, b));
  }

  private static Tensor joined(@Nullable String name, Tensor... parts) {
    return named(new Concatenate(lastOrFirst()), name).invoke(List.of(parts));
  }

  @Override
  final Tensor classifier(Tensor x) {
    return predictions(new GlobalAveragePooling2D().invoke(x));
  }

  @Override
  final Tensor pooled(Tensor x) {
    return pooled(x, null, null);
  }

  @Override
  final String weightsFile(Shape image) {
    return file + (isIncludeTop() ? "" : "_no_top") + ".h5";
  }
}
