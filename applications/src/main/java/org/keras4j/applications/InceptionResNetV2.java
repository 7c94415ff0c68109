package org.keras4j.applications;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.convolution.Conv2D;

/**
 * A network of branches side by side whose results are added to their input ({@code
 * keras.applications.InceptionResNetV2}; Szegedy et al. 2016, arXiv:1602.07261), for images of 299 pixels, at least 75.
 */
public final class InceptionResNetV2 extends InceptionNetwork<InceptionResNetV2> {
  public InceptionResNetV2() {
    super("inception_resnet_v2");
  }

  @Override
  Tensor features(Tensor image) {
    Tensor x = stem(image);
    Tensor one = conv(x, 96, 1);
    Tensor five = conv(conv(x, 48, 1), 64, 5);
    Tensor three = conv(conv(conv(x, 64, 1), 96, 3), 96, 3);
    x = joined("mixed_5b", one, five, three, averaged(x, 64));
    for (int i = 1; i <= 10; i++) {
      x = block35(x, "block35_" + i);
    }
    one = inside(x, 384, 2, 3);
    three = inside(conv(conv(x, 256, 1), 256, 3), 384, 2, 3);
    x = joined("mixed_6a", one, three, maximum(x));
    for (int i = 1; i <= 20; i++) {
      x = block17(x, "block17_" + i);
    }
    one = inside(conv(x, 256, 1), 384, 2, 3);
    three = inside(conv(x, 256, 1), 288, 2, 3);
    Tensor twice = inside(conv(conv(x, 256, 1), 288, 3), 320, 2, 3);
    x = joined("mixed_7a", one, three, twice, maximum(x));
    for (int i = 1; i <= 10; i++) {
      x = block8(x, i == 10, "block8_" + i);
    }
    return activated(new Conv2D(1536, 1).padding("same"), x, "conv_7b");
  }

  private static Tensor block35(Tensor x, String name) {
    Tensor one = conv(x, 32, 1);
    Tensor three = conv(conv(x, 32, 1), 32, 3);
    Tensor twice = conv(conv(conv(x, 32, 1), 48, 3), 64, 3);
    return relu(added(x, 0.17, name, one, three, twice), name + "_ac");
  }

  private static Tensor block17(Tensor x, String name) {
    Tensor one = conv(x, 192, 1);
    Tensor seven = conv(conv(conv(x, 128, 1), 160, 1, 7), 192, 7, 1);
    return relu(added(x, 0.1, name, one, seven), name + "_ac");
  }

  private static Tensor block8(Tensor x, boolean last, String name) {
    Tensor one = conv(x, 192, 1);
    Tensor three = conv(conv(conv(x, 192, 1), 224, 1, 3), 256, 3, 1);
    Tensor sum = added(x, last ? 1.0 : 0.2, name, one, three);
    return last ? sum : relu(sum, name + "_ac");
  }

  private static Tensor added(Tensor x, double scale, String name, Tensor... branches) {
    Tensor mixed = joined(name + "_mixed", branches);
    Tensor up = new Conv2D(channels(x), 1).padding("same").name(name + "_conv").invoke(mixed);
    return new CustomScaleLayer(scale).invoke(List.of(x, up));
  }
}
