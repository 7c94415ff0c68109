package org.keras4j.hub.detection;

/**
 * An object that was found in an image.
 *
 * @param label what it is
 * @param confidence how certain that is, from 0 to 1
 * @param left the least x of its box, in pixels of the image
 * @param top the least y
 * @param right the largest x
 * @param bottom the largest y
 */
public record Detection(
    String label, double confidence, double left, double top, double right, double bottom) {}
