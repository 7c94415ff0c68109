package org.keras4j.layers.image;

import org.jspecify.annotations.Nullable;

/**
 * How {@link BoundingBoxes#affineTransform(Object, Object, Object, String, BoxTransform)} changes boxes; not at all by default.
 *
 * <pre>{@code
 * BoundingBoxes.affineTransform(boxes, 480, 640, "xyxy", BoxTransform.none().angle(15).scale(1.2));
 * }</pre>
 */
public final class BoxTransform {
  Object angle = 0;
  Object translateX = 0;
  Object translateY = 0;
  Object scale = 1;
  Object shearX = 0;
  Object shearY = 0;

  @Nullable
  Object centerX;

  @Nullable
  Object centerY;

  private BoxTransform() {}

  /** Nothing is changed. */
  public static BoxTransform none() {
    return new BoxTransform();
  }

  /**
   * By how many degrees boxes are turned.
   *
   * @param value one number for all images, or one for each, array-like; 0 by default
   * @return this
   */
  public BoxTransform angle(Object value) {
    this.angle = value;
    return this;
  }

  /**
   * How far boxes are moved to the right.
   *
   * @param value one number for all images, or one for each, array-like; a part of the width less one; 0 by
   *     default
   * @return this
   */
  public BoxTransform translateX(Object value) {
    this.translateX = value;
    return this;
  }

  /**
   * How far boxes are moved down.
   *
   * @param value one number for all images, or one for each, array-like; a part of the height less one; 0 by
   *     default
   * @return this
   */
  public BoxTransform translateY(Object value) {
    this.translateY = value;
    return this;
  }

  /**
   * How much larger boxes become.
   *
   * @param value one number for all images, or one for each, array-like; 1 by default
   * @return this
   */
  public BoxTransform scale(Object value) {
    this.scale = value;
    return this;
  }

  /**
   * By how many degrees rows are sheared.
   *
   * @param value one number for all images, or one for each, array-like; 0 by default
   * @return this
   */
  public BoxTransform shearX(Object value) {
    this.shearX = value;
    return this;
  }

  /**
   * By how many degrees columns are sheared.
   *
   * @param value one number for all images, or one for each, array-like; 0 by default
   * @return this
   */
  public BoxTransform shearY(Object value) {
    this.shearY = value;
    return this;
  }

  /**
   * What boxes are turned about.
   *
   * @param value one number for all images, or one for each, array-like; a part of the width less one; 0.5 by
   *     default
   * @return this
   */
  public BoxTransform centerX(Object value) {
    this.centerX = value;
    return this;
  }

  /**
   * What boxes are turned about.
   *
   * @param value one number for all images, or one for each, array-like; a part of the height less one; 0.5 by
   *     default
   * @return this
   */
  public BoxTransform centerY(Object value) {
    this.centerY = value;
    return this;
  }
}
