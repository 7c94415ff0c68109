package org.keras4j.text.internal.splitter;

import org.keras4j.text.internal.stage.Pieces;

/** What becomes of the matches that a text is split at. */
public enum Behavior {
  /** They are dropped. */
  REMOVED,
  /** They are pieces of their own. */
  ISOLATED,
  /** They end the piece before. */
  MERGED_WITH_PREVIOUS,
  /** They begin the piece after. */
  MERGED_WITH_NEXT,
  /** Matches that touch are one piece. */
  CONTIGUOUS;

  /**
   * Adds the pieces of one text.
   *
   * @param bounds the ends of the parts, which follow on each other
   * @param match whether each part is a match
   * @param count the number of parts
   * @param start where the first part begins
   * @param out where the pieces go
   */
  void apply(int[] bounds, boolean[] match, int count, int start, Pieces out) {
    int from = start;
    for (int i = 0; i < count; i++) {
      boolean last = i + 1 == count;
      boolean ends = switch (this) {
        case REMOVED, ISOLATED -> true;
        case CONTIGUOUS -> last || match[i] != match[i + 1];
        case MERGED_WITH_PREVIOUS -> last || !match[i + 1] || match[i];
        case MERGED_WITH_NEXT -> last || !match[i] || match[i + 1];
      };
      if (ends) {
        if (this != REMOVED || !match[i]) {
          out.add(from, bounds[i]);
        }
        from = bounds[i];
      }
    }
  }
}
