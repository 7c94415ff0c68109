package org.keras4j.text.internal.splitter;

import java.util.Arrays;
import org.keras4j.text.internal.stage.Pieces;
import org.keras4j.text.internal.stage.Splitter;

/** Splits at the matches of a pattern. */
public final class Split implements Splitter {
  private final Matches pattern;
  private final Behavior behavior;
  private final boolean invert;

  /**
   * Makes one.
   *
   * @param pattern finds the matches
   * @param behavior what becomes of them
   * @param invert whether what lies between the matches is taken for them
   */
  public Split(Matches pattern, Behavior behavior, boolean invert) {
    this.pattern = pattern;
    this.behavior = behavior;
    this.invert = invert;
  }

  @Override
  public Pieces split(Pieces in) {
    Pieces out = new Pieces(in.text());
    for (int p = 0; p < in.count(); p++) {
      Parts parts = new Parts(in.start(p), invert);
      pattern.find(in.text(), in.start(p), in.end(p), parts);
      parts.gap(in.end(p));
      behavior.apply(parts.bounds, parts.match, parts.count, in.start(p), out);
    }
    return out;
  }

  /** Collects matches and what lies between them. */
  private static final class Parts implements Matches.Sink {
    private final boolean invert;
    private int[] bounds = new int[32];
    private boolean[] match = new boolean[32];
    private int count;
    private int last;

    Parts(int start, boolean invert) {
      this.last = start;
      this.invert = invert;
    }

    @Override
    public void match(int start, int end) {
      gap(start);
      if (end > start) {
        put(end, true);
      }
    }

    void gap(int start) {
      if (start > last) {
        put(start, false);
      }
    }

    private void put(int end, boolean matched) {
      if (count == bounds.length) {
        bounds = Arrays.copyOf(bounds, count * 2);
        match = Arrays.copyOf(match, count * 2);
      }
      bounds[count] = end;
      match[count++] = matched != invert;
      last = end;
    }
  }
}
