package org.keras4j.layers.image;

/**
 * The size of images.
 *
 * @param height in pixels
 * @param width in pixels
 */
public record ImageSize(int height, int width) {
  /** The largest part that has the proportions of another size. */
  ImageSize inProportion(int otherHeight, int otherWidth) {
    int h = (int) ((double) width * otherHeight / otherWidth);
    int w = (int) ((double) height * otherWidth / otherHeight);
    return new ImageSize(Math.max(Math.min(height, h), 1), Math.max(Math.min(width, w), 1));
  }
}
