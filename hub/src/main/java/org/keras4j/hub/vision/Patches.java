package org.keras4j.hub.vision;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.initializers.TruncatedNormal;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.reshaping.Reshape;
import org.keras4j.ops.Ops;

/**
 * An image as a sequence: perhaps a vector of its own, then one for each patch, plus those of the places.
 *
 * @param imageSize height and width of images
 * @param patchSize height and width of patches
 * @param width the length of vectors
 * @param biased whether patches' vectors have a bias
 * @param whole whether there is a vector for the whole image, the first one
 */
record Patches(int imageSize, int patchSize, int width, boolean biased, boolean whole) {
  Patches {
    if (patchSize < 1 || imageSize < patchSize || imageSize % patchSize != 0) {
      throw new IllegalArgumentException(
          "expected the size of patches to divide that of images, got " + patchSize + " and "
              + imageSize);
    }
  }

  int count() {
    return (imageSize / patchSize) * (imageSize / patchSize);
  }

  /** The graph of images {@code (batch, height, width, channels)}: {@code (batch, patches, width)}, perhaps one more. */
  Tensor of(Tensor images, String prefix) {
    Tensor x = new Conv2D(width, patchSize)
        .strides(patchSize)
        .useBias(biased)
        .name(prefix + "patch_embedding")
        .invoke(images);
    x = new Reshape(count(), width).name(prefix + "patches").invoke(x);
    Tensor all = x;
    if (whole) {
      Tensor own = learned(x, width, prefix + "class_embedding");
      all = new Concatenate().axis(1).name(prefix + "join").invoke(List.of(own, x));
    }
    Tensor ones = Ops.onesLike(Ops.take(Ops.take(all, 0, 0), 0, 1), "int32");
    Tensor places = table(count() + (whole ? 1 : 0), width, prefix + "position_embedding")
        .invoke(Ops.subtract(Ops.cumsum(ones, 0), 1));
    return Ops.add(all, Ops.expandDims(places, 0));
  }

  /** One learned vector for each of several sequences, {@code (batch, 1, width)}: row 0 of a table. */
  static Tensor learned(Tensor sequences, int width, String name) {
    Tensor row = Ops.take(sequences, 0, 2);
    Tensor zero = Ops.zerosLike(Ops.take(row, new int[] {0}, 1), "int32");
    return table(1, width, name).invoke(zero);
  }

  /** A table of learned vectors. */
  static Embedding table(int size, int width, String name) {
    return new Embedding(size, width)
        .embeddingsInitializer(new TruncatedNormal().stddev(0.02))
        .name(name);
  }
}
