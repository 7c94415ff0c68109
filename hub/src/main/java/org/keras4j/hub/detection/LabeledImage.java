package org.keras4j.hub.detection;

import java.util.Arrays;
import java.util.List;
import org.keras4j.core.NDArray;

/**
 * An image and the objects in it, from which a detector learns.
 *
 * @param image {@code (height, width, channels)}, from 0 to 255
 * @param boxes for each object left, top, right and bottom, in pixels of the image
 * @param labels what each is
 */
public record LabeledImage(NDArray image, float[][] boxes, List<String> labels) {
  /** Checks that there is a box of four numbers for each label. */
  public LabeledImage {
    if (image.rank() != 3 || boxes.length != labels.size()) {
      throw new IllegalArgumentException(
          "LabeledImage: expected an image (height, width, channels) and a label for each box, got"
              + " shape "
              + image.shape() + ", " + boxes.length + " boxes and " + labels.size() + " labels");
    }
    for (float[] b : boxes) {
      if (b.length != 4 || !(b[0] < b[2] && b[1] < b[3])) {
        throw new IllegalArgumentException(
            "LabeledImage: a box expects left, top, right and bottom, got " + Arrays.toString(b));
      }
    }
    labels = List.copyOf(labels);
  }
}
