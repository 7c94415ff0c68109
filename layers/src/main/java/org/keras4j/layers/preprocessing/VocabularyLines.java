package org.keras4j.layers.preprocessing;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Vocabularies as Keras keeps them in archives: text with a token on each line. Python ends a line at more
 * characters than the one that is written, and leaves out empty lines at the end; what that would change is not
 * written so.
 */
final class VocabularyLines {
  // where str.splitlines ends a line
  private static final String ENDS = "\n\r\u000b\u000c\u001c\u001d\u001e\u0085\u2028\u2029";

  private VocabularyLines() {}

  /** Whether reading gives back these tokens, here and in Keras. */
  static boolean hold(List<?> tokens) {
    return (tokens.isEmpty() || !tokens.get(tokens.size() - 1).equals(""))
        && tokens.stream()
            .allMatch(t -> String.valueOf(t).chars().noneMatch(c -> ENDS.indexOf(c) >= 0));
  }

  static String write(List<?> tokens) {
    return String.join("\n", tokens.stream().map(String::valueOf).toList());
  }

  /**
   * The tokens of a text.
   *
   * @param label the layer
   * @param size how many there must be, special ones counted; null if that is not known
   * @throws IllegalArgumentException if there are more or fewer
   */
  static List<String> read(String label, String text, @Nullable Integer size) {
    List<String> lines = Arrays.asList(text.split("\n", -1));
    if (lines.size() > 1
        && lines.subList(0, lines.size() - 1).stream().allMatch(l -> l.endsWith("\r"))) {
      lines.replaceAll(l -> l.endsWith("\r") ? l.substring(0, l.length() - 1) : l); // of Windows
    }
    if (size != null && lines.size() == size) {
      return lines;
    }
    int n = lines.size();
    while (n > 0 && lines.get(n - 1).isEmpty()) {
      n--;
    }
    if (size != null && n != size) {
      throw new IllegalArgumentException(label + ": the config says " + size
          + " tokens, but their file has " + n
          + " lines: a token had a line break, which such a file"
          + " cannot say. Give the tokens as 'vocabulary' before saving");
    }
    return lines.subList(0, n);
  }
}
