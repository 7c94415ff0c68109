package org.keras4j.core.internal;

import java.util.Collection;
import java.util.Locale;

/** What to say of a name that there is not. */
public final class Spelling {
  private Spelling() {}

  /** {@code Unknown loss 'msee', did you mean 'mse'? Known are [...]}: the guess only if one name is close. */
  public static String unknown(String kind, String name, Collection<String> known) {
    String close = null;
    int least = Math.min(3, name.length() / 2 + 1);
    for (String k : known) {
      int d = distance(bare(name), bare(k));
      if (d < least) {
        least = d;
        close = k;
      }
    }
    return "Unknown " + kind + " '" + name + "'"
        + (close == null ? "" : ", did you mean '" + close + "'?")
        + (close == null ? ", expected one of " : " There are ") + known;
  }

  private static String bare(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  /** How many letters must be added, left out or exchanged (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int exchanged = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(exchanged, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
