package org.keras4j.data;

import java.util.List;

/** Names of columns. */
final class Names {
  private Names() {}

  /** Where the wanted columns are among those there are. */
  static int[] places(List<String> wanted, List<String> there, Object table) {
    int[] out = new int[wanted.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = there.indexOf(wanted.get(i));
      if (out[i] < 0) {
        throw unknown(wanted.get(i), there, table);
      }
    }
    return out;
  }

  static IllegalArgumentException unknown(String name, List<String> there, Object table) {
    return new IllegalArgumentException(table + " has no column '" + name + "', only " + there);
  }
}
