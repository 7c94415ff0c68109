package org.keras4j.text;

import org.keras4j.text.internal.pipeline.Pipeline;

/** Leaves white space at the ends of tokens out of their places, for vocabularies of GPT-2's kind. */
final class Trimming {
  private static final char SPACE = '\u0120';

  private Trimming() {}

  static void apply(Pipeline pipeline, Columns c, boolean prefixed) {
    for (int i = 0; i < c.ids().length; i++) {
      String token = pipeline.token(c.ids()[i]);
      if (token == null || token.isEmpty()) {
        continue;
      }
      int leading = 0;
      while (leading < token.length() && isSpace(token.charAt(leading))) {
        leading++;
      }
      int trailing = 0;
      while (trailing < token.length() && isSpace(token.charAt(token.length() - 1 - trailing))) {
        trailing++;
      }
      int from = c.from()[i];
      int to = c.to()[i];
      if (leading > 0) {
        // The space before the first word was put there and is not in the text.
        boolean put = prefixed && (i == 0 || from == 0);
        c.from()[i] = Math.min(from + leading - (put ? 1 : 0), to);
      }
      boolean alone = leading == 1 && token.length() == 1 && prefixed && (i == 0 || from == 0);
      if (alone) {
        c.to()[i] = from;
      } else if (trailing > 0 && to >= trailing) {
        c.to()[i] = Math.max(to - trailing, c.from()[i]);
      }
    }
  }

  private static boolean isSpace(char c) {
    return c == SPACE || Character.isWhitespace(c);
  }
}
