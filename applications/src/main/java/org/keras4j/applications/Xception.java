package org.keras4j.applications;

import java.util.List;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.SeparableConv2D;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.MaxPooling2D;

/**
 * A network of separable convolutions with residual connections ({@code keras.applications.Xception}; Chollet 2016,
 * arXiv:1610.02357), for images of 299 pixels, at least 71.
 */
public final class Xception extends Application<Xception> {
  public Xception() {
    super("xception", 299, 71);
  }

  @Override
  PixelScale pixelScale() {
    return PixelScale.TF;
  }

  @Override
  Tensor features(Tensor image) {
    Tensor x = new Conv2D(32, 3).strides(2).useBias(false).name("block1_conv1").invoke(image);
    x = relu(normalized(x, "block1_conv1_bn"), "block1_conv1_act");
    x = new Conv2D(64, 3).useBias(false).name("block1_conv2").invoke(x);
    x = relu(normalized(x, "block1_conv2_bn"), "block1_conv2_act");
    x = halving(x, 2, false, 128, 128);
    x = halving(x, 3, true, 256, 256);
    x = halving(x, 4, true, 728, 728);
    for (int block = 5; block <= 12; block++) {
      Tensor in = x;
      for (int i = 1; i <= 3; i++) {
        String name = "block" + block + "_sepconv" + i;
        x = separable(relu(x, name + "_act"), 728, name);
      }
      x = new Add().invoke(List.of(x, in));
    }
    x = halving(x, 13, true, 728, 1024);
    x = separable(x, 1536, "block14_sepconv1");
    x = separable(relu(x, "block14_sepconv1_act"), 2048, "block14_sepconv2");
    return relu(x, "block14_sepconv2_act");
  }

  /** A block that halves height and width. */
  private static Tensor halving(Tensor in, int block, boolean active, int first, int second) {
    String name = "block" + block + "_";
    Tensor side =
        new Conv2D(second, 1).strides(2).padding("same").useBias(false).invoke(in);
    side = new BatchNormalization().axis(lastOrFirst()).invoke(side);
    Tensor x = active ? relu(in, name + "sepconv1_act") : in;
    x = separable(x, first, name + "sepconv1");
    x = separable(relu(x, name + "sepconv2_act"), second, name + "sepconv2");
    x = new MaxPooling2D(3).strides(2).padding("same").name(name + "pool").invoke(x);
    return new Add().invoke(List.of(x, side));
  }

  private static Tensor separable(Tensor x, int filters, String name) {
    Tensor y = new SeparableConv2D(filters, 3)
        .padding("same")
        .useBias(false)
        .name(name)
        .invoke(x);
    return normalized(y, name + "_bn");
  }

  private static Tensor normalized(Tensor x, String name) {
    return new BatchNormalization().axis(lastOrFirst()).name(name).invoke(x);
  }

  @Override
  Tensor pooled(Tensor x) {
    return pooled(x, null, null);
  }

  @Override
  String weightsFile(Shape image) {
    return Downloads.tfKernels("xception", isIncludeTop());
  }
}
