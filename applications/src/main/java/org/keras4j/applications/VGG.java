package org.keras4j.applications;

import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.reshaping.Flatten;

/**
 * Plain networks of small convolutions ({@code keras.applications.vgg16}, {@code vgg19}; Simonyan and Zisserman 2014,
 * arXiv:1409.1556).
 *
 * @param <S> the class itself
 */
public abstract sealed class VGG<S extends VGG<S>> extends Application<S> permits VGG16, VGG19 {
  private static final int[] FILTERS = {64, 128, 256, 512, 512};

  private final String file;
  private final int[] convolutions;

  VGG(String name, int... convolutions) {
    super(name, 224, 32);
    this.file = name;
    this.convolutions = convolutions;
  }

  @Override
  final PixelScale pixelScale() {
    return PixelScale.CAFFE;
  }

  @Override
  final Tensor features(Tensor image) {
    Tensor x = image;
    for (int block = 0; block < FILTERS.length; block++) {
      String name = "block" + (block + 1);
      for (int i = 1; i <= convolutions[block]; i++) {
        x = new Conv2D(FILTERS[block], 3)
            .activation("relu")
            .padding("same")
            .name(name + "_conv" + i)
            .invoke(x);
      }
      x = new MaxPooling2D(2).strides(2).name(name + "_pool").invoke(x);
    }
    return x;
  }

  @Override
  final Tensor classifier(Tensor features) {
    Tensor x = new Flatten().name("flatten").invoke(features);
    x = new Dense(4096).activation("relu").name("fc1").invoke(x);
    x = new Dense(4096).activation("relu").name("fc2").invoke(x);
    return predictions(x);
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
