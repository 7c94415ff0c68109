package org.keras4j.applications;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.pooling.MaxPooling2D;

/**
 * What the networks of branches side by side have in common: the first layers, and the convolutions.
 *
 * @param <S> the class itself
 */
abstract class InceptionNetwork<S extends InceptionNetwork<S>> extends Application<S> {
  private final String file;

  InceptionNetwork(String name) {
    super(name, 299, 75);
    this.file = name;
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.TF;
  }

  /** The layers before the first branches. */
  static Tensor stem(Tensor image) {
    Tensor x = inside(image, 32, 2, 3);
    x = inside(x, 32, 1, 3);
    x = conv(x, 64, 3);
    x = maximum(x);
    x = inside(x, 80, 1, 1);
    x = inside(x, 192, 1, 3);
    return maximum(x);
  }

  /** A convolution that keeps height and width, normalized and rectified. */
  static Tensor conv(Tensor x, int filters, int... window) {
    return activated(new Conv2D(filters, window).padding("same"), x, null);
  }

  /** A convolution with its windows inside the image alone. */
  static Tensor inside(Tensor x, int filters, int stride, int... window) {
    return activated(new Conv2D(filters, window).strides(stride), x, null);
  }

  /** A convolution without bias, normalized and rectified. */
  static Tensor activated(Conv2D convolution, Tensor x, @Nullable String name) {
    Tensor y = named(convolution.useBias(false), name).invoke(x);
    BatchNormalization normalization =
        new BatchNormalization().axis(channelAxis()).scale(false);
    y = named(normalization, name == null ? null : name + "_bn").invoke(y);
    return relu(y, name == null ? null : name + "_ac");
  }

  /** The largest of windows of 3 at every second place. */
  static Tensor maximum(Tensor x) {
    return new MaxPooling2D(3).strides(2).invoke(x);
  }

  /** The means of windows of 3, then a pointwise convolution. */
  static Tensor averaged(Tensor x, int filters) {
    Tensor mean = new AveragePooling2D(3).strides(1).padding("same").invoke(x);
    return conv(mean, filters, 1);
  }

  static Tensor joined(@Nullable String name, Tensor... branches) {
    return named(new Concatenate(channelAxis()), name).invoke(List.of(branches));
  }

  @Override
  final Tensor pooled(Tensor x) {
    return pooled(x, null, null);
  }

  @Override
  final String weightsFile(Shape image) {
    return Downloads.tfKernels(file, isIncludeTop());
  }
}
