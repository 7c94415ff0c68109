package org.keras4j.layers.image;

import org.keras4j.layers.internal.Extent;

/** How pixels are read between their middles. */
final class Interpolations {
  private Interpolations() {}

  static String of(String layer, String value) {
    return Extent.choice(layer + " interpolation", value, "bilinear", "nearest");
  }
}
