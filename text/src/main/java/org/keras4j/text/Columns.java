package org.keras4j.text;

import java.util.Arrays;
import org.keras4j.text.internal.stage.Tokens;

/** The columns of an {@link Encoding}, one entry a token. */
record Columns(
    int[] ids,
    int[] types,
    int[] from,
    int[] to,
    int[] words,
    int[] sequences,
    int[] special,
    int[] attention) {

  static Columns empty() {
    int[] none = {};
    return new Columns(none, none, none, none, none, none, none, none);
  }

  /** Tokens of a text. */
  static Columns of(Tokens t, int sequence) {
    int n = t.count();
    return new Columns(
        t.ids(),
        new int[n],
        t.from(),
        t.to(),
        t.words(),
        filled(n, sequence),
        new int[n],
        filled(n, 1));
  }

  /** Tokens that are put around texts. */
  static Columns around(int[] ids, int type) {
    int n = ids.length;
    return new Columns(
        ids,
        filled(n, type),
        new int[n],
        new int[n],
        filled(n, -1),
        filled(n, -1),
        filled(n, 1),
        filled(n, 1));
  }

  /** Padding. */
  static Columns padding(int n, int token, int type) {
    return new Columns(
        filled(n, token),
        filled(n, type),
        new int[n],
        new int[n],
        filled(n, -1),
        filled(n, -1),
        filled(n, 1),
        new int[n]);
  }

  Columns withType(int type) {
    return new Columns(
        ids, filled(ids.length, type), from, to, words, sequences, special, attention);
  }

  Columns slice(int a, int b) {
    return new Columns(
        Arrays.copyOfRange(ids, a, b),
        Arrays.copyOfRange(types, a, b),
        Arrays.copyOfRange(from, a, b),
        Arrays.copyOfRange(to, a, b),
        Arrays.copyOfRange(words, a, b),
        Arrays.copyOfRange(sequences, a, b),
        Arrays.copyOfRange(special, a, b),
        Arrays.copyOfRange(attention, a, b));
  }

  Columns then(Columns o) {
    return new Columns(
        joined(ids, o.ids),
        joined(types, o.types),
        joined(from, o.from),
        joined(to, o.to),
        joined(words, o.words),
        joined(sequences, o.sequences),
        joined(special, o.special),
        joined(attention, o.attention));
  }

  boolean sameAs(Columns o) {
    return Arrays.equals(ids, o.ids)
        && Arrays.equals(types, o.types)
        && Arrays.equals(from, o.from)
        && Arrays.equals(to, o.to)
        && Arrays.equals(words, o.words)
        && Arrays.equals(sequences, o.sequences)
        && Arrays.equals(special, o.special)
        && Arrays.equals(attention, o.attention);
  }

  private static int[] filled(int n, int value) {
    int[] out = new int[n];
    if (value != 0) {
      Arrays.fill(out, value);
    }
    return out;
  }

  private static int[] joined(int[] a, int[] b) {
    int[] out = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }
}
