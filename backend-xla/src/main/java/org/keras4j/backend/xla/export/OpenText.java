package org.keras4j.backend.xla.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a program text, taken apart so that the same line of programs for other sizes can be laid over it: what is in all of
 * them, and between it types, literals and numbers, each with its value in each program.
 */
final class OpenText {
  private static final Pattern TOKEN =
      Pattern.compile("tensor<((?:\\d+x)*)(complex<\\w+>|[A-Za-z]\\w*)>"
          + "|dense<([^<>\"\\[\\]]*)>"
          + "|%\\w+(?:[#:]\\d+)?"
          + "|(?<![\\w.#])-?\\d+(?![\\w.])");

  /** What may differ: a type, a literal or a number. */
  static final class Token {
    /** Of a type, its element type; of others empty. */
    final String element;

    /** Whether it is the literal of a constant. */
    final boolean literal;

    /** In each program: the sizes of a type, or the one number. */
    final List<long[]> values = new ArrayList<>();

    /** Of literals and numbers the text in each program. */
    final List<String> texts = new ArrayList<>();

    Token(String element, boolean literal) {
      this.element = element;
      this.literal = literal;
    }

    boolean isType() {
      return !element.isEmpty();
    }

    boolean varies() {
      if (isType()) {
        return values.stream().anyMatch(v -> !Arrays.equals(v, values.get(0)));
      }
      return texts.stream().anyMatch(t -> !t.equals(texts.get(0)));
    }

    /** One of the sizes of a type in each program, or the number. */
    long[] at(int i) {
      return values.stream().mapToLong(v -> v[i]).toArray();
    }

    /** A type with a question mark for each size that varies. */
    String open() {
      StringBuilder b = new StringBuilder("tensor<");
      for (int i = 0; i < values.get(0).length; i++) {
        long[] sizes = at(i);
        boolean same = Arrays.stream(sizes).allMatch(s -> s == sizes[0]);
        b.append(same ? Long.toString(sizes[0]) : "?").append('x');
      }
      return b.append(element).append('>').toString();
    }
  }

  /** What stands before, between and behind the tokens. */
  final List<String> fixed = new ArrayList<>();

  final List<Token> tokens = new ArrayList<>();

  private OpenText() {}

  /** The line of one program. */
  static OpenText of(String line) {
    OpenText out = new OpenText();
    Matcher m = TOKEN.matcher(line);
    StringBuilder before = new StringBuilder();
    int at = 0;
    while (m.find()) {
      before.append(line, at, m.start());
      at = m.end();
      if (m.group().startsWith("%")) {
        before.append(m.group());
        continue;
      }
      Token t;
      if (m.group(2) != null) {
        t = new Token(m.group(2), false);
        String dims = m.group(1);
        t.values.add(
            dims.isEmpty()
                ? new long[0]
                : Arrays.stream(dims.split("x")).mapToLong(Long::parseLong).toArray());
      } else if (m.group(3) != null) {
        t = new Token("", true);
        t.texts.add(m.group(3));
        t.values.add(new long[] {whole(m.group(3))});
      } else {
        t = new Token("", false);
        t.texts.add(m.group());
        t.values.add(new long[] {Long.parseLong(m.group())});
      }
      out.fixed.add(before.toString());
      before.setLength(0);
      out.tokens.add(t);
    }
    out.fixed.add(before.append(line, at, line.length()).toString());
    return out;
  }

  private static long whole(String literal) {
    return literal.matches("-?\\d{1,18}") ? Long.parseLong(literal) : Long.MIN_VALUE;
  }

  /** Adds the same line of another program; false if it is another line. */
  boolean add(OpenText other) {
    if (!fixed.equals(other.fixed)) {
      return false;
    }
    for (int i = 0; i < tokens.size(); i++) {
      Token a = tokens.get(i);
      Token b = other.tokens.get(i);
      if (!a.element.equals(b.element)
          || a.literal != b.literal
          || a.values.get(0).length != b.values.get(0).length) {
        return false;
      }
    }
    for (int i = 0; i < tokens.size(); i++) {
      tokens.get(i).values.addAll(other.tokens.get(i).values);
      tokens.get(i).texts.addAll(other.tokens.get(i).texts);
    }
    return true;
  }

  boolean varies() {
    return tokens.stream().anyMatch(Token::varies);
  }

  /** Whether anything but sizes of types varies. */
  boolean variesBesidesTypes() {
    return tokens.stream().anyMatch(t -> !t.isType() && t.varies());
  }

  /** The types in it, in order. */
  List<Token> types() {
    return tokens.stream().filter(Token::isType).toList();
  }

  /** The line with its types open and all else as in the first program. */
  String open() {
    return open(0, fixed.size());
  }

  /** The same from one fixed part to before another. */
  String open(int from, int to) {
    StringBuilder b = new StringBuilder();
    for (int i = from; i < to; i++) {
      b.append(fixed.get(i));
      if (i < to - 1 && i < tokens.size()) {
        Token t = tokens.get(i);
        if (t.isType()) {
          b.append(t.open());
        } else if (t.literal) {
          b.append("dense<").append(t.texts.get(0)).append('>');
        } else {
          b.append(t.texts.get(0));
        }
      }
    }
    return b.toString();
  }
}
