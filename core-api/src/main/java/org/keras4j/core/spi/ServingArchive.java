package org.keras4j.core.spi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Functions that share weights, and lists of weights, to be written by an {@link ArchiveFormat}. Weights of one path are the same
 * weight, whichever function reads them.
 *
 * @param endpoints the functions by name, in order; at least one
 * @param collections lists of weights by name
 */
public record ServingArchive(
    Map<String, ServingFunction> endpoints, Map<String, List<ServingFunction.Weight>> collections) {
  /** An archive of copies of the maps. */
  public ServingArchive {
    endpoints = new LinkedHashMap<>(endpoints);
    collections = new LinkedHashMap<>(collections);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("An archive needs an endpoint");
    }
  }

  /** All weights by path: those of the endpoints in order, then those of collections alone. */
  public Map<String, ServingFunction.Weight> weights() {
    Map<String, ServingFunction.Weight> out = new LinkedHashMap<>();
    endpoints.values().forEach(f -> f.weights().forEach(w -> out.putIfAbsent(w.path(), w)));
    collections.values().forEach(l -> l.forEach(w -> out.putIfAbsent(w.path(), w)));
    return out;
  }
}
