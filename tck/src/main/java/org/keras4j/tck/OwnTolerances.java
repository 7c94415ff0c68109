package org.keras4j.tck;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The few recorded gradients that are less exact themselves than the tolerance of their dtype asks for. They stand in
 * {@code tolerances.tsv}, each with its distance from the exact gradient and the reason.
 */
final class OwnTolerances {
  /** Distances by the key of the gradient, in tolerances, and why. */
  record Entry(Map<Integer, Double> distances, String reason) {}

  private static final Map<String, Entry> ENTRIES = read();

  private OwnTolerances() {}

  /**
   * What the tolerance of a gradient is multiplied with: 1, but for those few twice their distance from the exact one,
   * since ours may be as far from it on the other side.
   */
  static double factor(Case c, int key) {
    Entry e = ENTRIES.get(c.id());
    return e == null ? 1 : Math.max(1, 2 * e.distances().getOrDefault(key, 0.5));
  }

  static boolean has(Case c) {
    return ENTRIES.containsKey(c.id());
  }

  /** All entries by the id of the case. */
  static Map<String, Entry> entries() {
    return ENTRIES;
  }

  private static Map<String, Entry> read() {
    Map<String, Entry> out = new LinkedHashMap<>();
    try (InputStream in = OwnTolerances.class.getResourceAsStream("tolerances.tsv")) {
      if (in == null) {
        throw new IllegalStateException("tolerances.tsv is missing beside " + OwnTolerances.class);
      }
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] f = line.split("\t", 3);
          Map<Integer, Double> distances = new LinkedHashMap<>();
          for (String pair : f[1].split(" ")) {
            String[] p = pair.split(":");
            distances.put(Integer.valueOf(p[0]), Double.valueOf(p[1]));
          }
          out.put(f[0], new Entry(Map.copyOf(distances), f[2]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(out);
  }
}
