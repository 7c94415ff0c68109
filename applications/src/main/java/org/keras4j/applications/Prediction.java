package org.keras4j.applications;

import java.util.Locale;

/**
 * A class that an image may show.
 *
 * @param id the class's identifier: of ImageNet, its WordNet number ({@code n02123045})
 * @param name the class in words
 * @param score how likely it is, or whatever the network gives
 */
public record Prediction(String id, String name, double score) {
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.4f", name, score);
  }
}
