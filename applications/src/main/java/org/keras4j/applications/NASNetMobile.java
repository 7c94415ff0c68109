package org.keras4j.applications;

import org.keras4j.core.Shape;

/**
 * The smaller network of cells found by search ({@code keras.applications.NASNetMobile}), for images of 224 pixels, also
 * where the classifier is left out and no shape is given.
 */
public final class NASNetMobile extends NASNet<NASNetMobile> {
  public NASNetMobile() {
    super("nasnet_mobile", 224, 4, 32, 1056 / 24, false);
  }

  @Override
  Shape resolvedShape() {
    Shape resolved = super.resolvedShape();
    return givenShape() == null ? Shape.of(224, 224, 3) : resolved;
  }
}
