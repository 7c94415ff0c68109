package org.keras4j.hub.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.Detokenizer;
import org.keras4j.text.Tokenizer;

/** Turns tokens into text as they come, up to a text to stop at, whose beginning is held back until it is certain. */
final class StoppingText {
  // so many tokens of what was given tell how the first ones of what follows are written
  private static final int CONTEXT = 16;

  private final @Nullable Detokenizer detokenizer;
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private boolean stopped;

  StoppingText(@Nullable Tokenizer tokenizer, List<String> stops, int[] before) {
    this.stops = stops;
    this.detokenizer = tokenizer == null ? null : tokenizer.detokenizer();
    if (detokenizer != null) {
      for (int i = Math.max(0, before.length - CONTEXT); i < before.length; i++) {
        detokenizer.add(before[i]);
      }
    }
  }

  /** Whether a text to stop at has come. */
  boolean isStopped() {
    return stopped;
  }

  /** All that was given out. */
  String text() {
    return text.toString();
  }

  /** Takes a token; gives the text that is certain now. */
  String add(int token) {
    return detokenizer == null ? "" : released(detokenizer.add(token), false);
  }

  /** No token follows; gives what was held back. */
  String finish() {
    return detokenizer == null || stopped ? "" : released(detokenizer.finish(), true);
  }

  private String released(String fresh, boolean last) {
    held.append(fresh);
    int end = held.length();
    for (String s : stops) {
      int at = held.indexOf(s);
      if (at >= 0 && at < end) {
        end = at;
        stopped = true;
      }
    }
    if (!stopped && !last) {
      end -= beginning();
    }
    String out = held.substring(0, end);
    held.delete(0, stopped ? held.length() : end);
    text.append(out);
    return out;
  }

  // how many characters at the end may begin a text to stop at
  private int beginning() {
    int longest = 0;
    for (String s : stops) {
      for (int n = Math.min(s.length() - 1, held.length()); n > longest; n--) {
        if (s.startsWith(held.substring(held.length() - n))) {
          longest = n;
        }
      }
    }
    return longest;
  }
}
