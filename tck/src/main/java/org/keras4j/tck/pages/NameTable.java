package org.keras4j.tck.pages;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What stands in {@code keras-names.tsv}: the public names of Keras, and arguments, that are not found here under a name that
 * follows from Keras's, each with what stands in its place or why there is nothing.
 */
final class NameTable {
  private static final String FILE = "keras-names.tsv";

  private NameTable() {}

  /** What became of a name. */
  enum Fate {
    /** It goes by another name, or is a part of something else. */
    HERE,
    /** It is still to be made. */
    LATER,
    /** There is nothing in Java that it could be. */
    NONE
  }

  /**
   * One line.
   *
   * @param fate what became of it
   * @param name {@code keras.version}, or with one of its arguments {@code keras.layers.Input(sparse)}; {@code *} stands for
   *     any characters
   * @param places Java classes and methods below {@code org.keras4j}, {@code core.Keras#version}; none but for {@link Fate#HERE}
   * @param remark how it is given, or the reason
   */
  record Row(Fate fate, String name, List<String> places, String remark) {
    boolean matches(String other) {
      return name.equals(other)
          || name.indexOf('*') >= 0 && pattern(name).matcher(other).matches();
    }

    private static Pattern pattern(String glob) {
      return Pattern.compile("\\Q" + glob.replace("*", "\\E.*\\Q") + "\\E");
    }
  }

  /** All lines; those that begin with {@code #} are comments. */
  static List<Row> rows() {
    List<Row> out = new ArrayList<>();
    try (BufferedReader in = new BufferedReader(
        new InputStreamReader(NameTable.class.getResourceAsStream(FILE), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isBlank() || line.startsWith("#")) {
          continue;
        }
        String[] f = line.split("\t", -1);
        if (f.length != 4) {
          throw new IllegalStateException(FILE + ": expected four columns: " + line);
        }
        List<String> places = f[2].isBlank() ? List.of() : List.of(f[2].trim().split(" +"));
        out.add(new Row(Fate.valueOf(f[0].toUpperCase(Locale.ROOT)), f[1], places, f[3].trim()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out;
  }
}
