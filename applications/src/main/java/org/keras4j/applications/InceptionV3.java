package org.keras4j.applications;

import org.keras4j.core.Tensor;

/**
 * A network whose blocks have convolutions of several sizes side by side ({@code keras.applications.InceptionV3};
 * Szegedy et al. 2015, arXiv:1512.00567), for images of 299 pixels, at least 75.
 */
public final class InceptionV3 extends InceptionNetwork<InceptionV3> {
  public InceptionV3() {
    super("inception_v3");
  }

  @Override
  Tensor features(Tensor image) {
    Tensor x = stem(image);
    x = wide(x, 32, "mixed0");
    x = wide(x, 64, "mixed1");
    x = wide(x, 64, "mixed2");
    x = firstHalved(x);
    x = long7(x, 128, "mixed4");
    x = long7(x, 160, "mixed5");
    x = long7(x, 160, "mixed6");
    x = long7(x, 192, "mixed7");
    x = secondHalved(x);
    x = split(x, 0);
    return split(x, 1);
  }

  private static Tensor wide(Tensor x, int pooled, String name) {
    Tensor one = conv(x, 64, 1);
    Tensor five = conv(conv(x, 48, 1), 64, 5);
    Tensor three = conv(conv(conv(x, 64, 1), 96, 3), 96, 3);
    return joined(name, one, five, three, averaged(x, pooled));
  }

  private static Tensor firstHalved(Tensor x) {
    Tensor three = inside(x, 384, 2, 3);
    Tensor twice = inside(conv(conv(x, 64, 1), 96, 3), 96, 2, 3);
    return joined("mixed3", three, twice, maximum(x));
  }

  /** Windows of 7 along one axis at a time. */
  private static Tensor long7(Tensor x, int inner, String name) {
    Tensor one = conv(x, 192, 1);
    Tensor seven = conv(conv(conv(x, inner, 1), inner, 1, 7), 192, 7, 1);
    Tensor twice = conv(conv(x, inner, 1), inner, 7, 1);
    twice = conv(conv(twice, inner, 1, 7), inner, 7, 1);
    twice = conv(twice, 192, 1, 7);
    return joined(name, one, seven, twice, averaged(x, 192));
  }

  private static Tensor secondHalved(Tensor x) {
    Tensor three = inside(conv(x, 192, 1), 320, 2, 3);
    Tensor seven = conv(conv(conv(x, 192, 1), 192, 1, 7), 192, 7, 1);
    seven = inside(seven, 192, 2, 3);
    return joined("mixed8", three, seven, maximum(x));
  }

  /** Branches that end in two, one along each axis. */
  private static Tensor split(Tensor x, int number) {
    Tensor one = conv(x, 320, 1);
    Tensor three = conv(x, 384, 1);
    three = joined("mixed9_" + number, conv(three, 384, 1, 3), conv(three, 384, 3, 1));
    Tensor twice = conv(conv(x, 448, 1), 384, 3);
    twice = joined(null, conv(twice, 384, 1, 3), conv(twice, 384, 3, 1));
    return joined("mixed" + (9 + number), one, three, twice, averaged(x, 192));
  }
}
