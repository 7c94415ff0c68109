package org.keras4j.applications;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.messages.Log;

/**
 * Finds and checks the shape of a network's images.
 *
 * @param network for messages
 * @param usual the height and width of images that the network was made for
 * @param smallest the least height and width
 */
record ImageShape(String network, int usual, int smallest) {
  private static final Log LOG = Log.of(ImageShape.class);

  /**
   * The shape to use.
   *
   * @param given null for none
   * @param classifies whether the classifier stands at the end, which must know sizes
   * @param pretrained whether the weights are those trained on ImageNet
   */
  Shape resolve(@Nullable Shape given, boolean classifies, boolean pretrained) {
    if (given == null) {
      return of(classifies ? usual : Shape.UNKNOWN, 3);
    }
    if (given.rank() != 3) {
      throw wrong("'inputShape' expects three sizes, got " + given);
    }
    long channels = given.dim(Application.channelsFirst() ? 0 : 2);
    if (pretrained && classifies && !given.equals(of(usual, 3))) {
      throw wrong("the weights 'imagenet' with the classifier are for images " + of(usual, 3)
          + ", got 'inputShape' " + given + "; use includeTop(false), or weights(null)");
    }
    if (pretrained && channels != 3) {
      throw wrong("the weights 'imagenet' are for images of 3 channels, got 'inputShape' " + given);
    }
    if (channels != 1 && channels != 3) {
      LOG.warn(
          network + ": images usually have 1 or 3 channels, got " + channels + " of 'inputShape' "
              + given + "; is the layout "
              + (Application.channelsFirst() ? "channels_first" : "channels_last") + "?");
    }
    int first = Application.channelsFirst() ? 1 : 0;
    for (int i = first; i < first + 2; i++) {
      if (given.dim(i) != Shape.UNKNOWN && given.dim(i) < smallest) {
        throw wrong(
            "images must be at least " + smallest + " high and wide, got 'inputShape' " + given);
      }
    }
    if (classifies && !given.isKnown()) {
      throw wrong("with the classifier all sizes of 'inputShape' must be known, got " + given
          + "; use includeTop(false)");
    }
    return given;
  }

  private static Shape of(long size, long channels) {
    return Application.channelsFirst()
        ? Shape.of(channels, size, size)
        : Shape.of(size, size, channels);
  }

  private IllegalArgumentException wrong(String message) {
    return new IllegalArgumentException(network + ": " + message);
  }
}
