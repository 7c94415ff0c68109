package org.keras4j.ops.internal.surface;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a function or class of Keras, as Python writes them. */
public record Signature(List<Parameter> parameters) {
  /** How arguments reach a parameter. */
  public enum Kind {
    /** By position or name. */
    PLAIN,
    /** By name. */
    NAMED,
    /** All further positional ones ({@code *args}). */
    REST,
    /** All further named ones ({@code **kwargs}). */
    OPTIONS
  }

  /**
   * A parameter.
   *
   * @param name Keras's name
   * @param required whether it has no default
   * @param value the default: null, a boolean, an integer or long, a double, a string, or a list (of a
   *     tuple or list)
   */
  public record Parameter(
      String name, Kind kind, boolean required, @Nullable Object value) {}

  /** Reads {@code "(x, axis=-1, *, dtype=None)"}. */
  public static Signature parse(String text) {
    return new Reader(text).signature();
  }

  /** The parameters but those that take all further named arguments. */
  public List<Parameter> named() {
    return parameters.stream().filter(p -> p.kind() != Kind.OPTIONS).toList();
  }

  /** Whether any further named arguments are taken. */
  public boolean takesOptions() {
    return parameters.stream().anyMatch(p -> p.kind() == Kind.OPTIONS);
  }

  // a Java parameter for all further named arguments
  boolean takesAllIn(java.lang.reflect.Parameter java) {
    return java.getType() == Map.class
        && parameters.stream()
            .anyMatch(p ->
                p.kind() == Kind.OPTIONS && SurfaceFunction.camel(p.name()).equals(java.getName()));
  }

  private static final class Reader {
    private final String s;
    private int i;

    Reader(String s) {
      this.s = s;
    }

    Signature signature() {
      expect('(');
      List<Parameter> out = new ArrayList<>();
      Kind kind = Kind.PLAIN;
      while (!accept(')')) {
        if (accept('*')) {
          if (accept('*')) {
            out.add(new Parameter(word(), Kind.OPTIONS, false, null));
          } else if (peek() == ',') {
            kind = Kind.NAMED;
          } else {
            out.add(new Parameter(word(), Kind.REST, false, null));
            kind = Kind.NAMED;
          }
        } else if (accept('/')) {
          // positional-only parameters are plain here
        } else {
          String name = word();
          boolean has = accept('=');
          out.add(new Parameter(name, kind, !has, has ? value() : null));
        }
        accept(',');
      }
      return new Signature(List.copyOf(out));
    }

    private char peek() {
      while (i < s.length() && s.charAt(i) == ' ') {
        i++;
      }
      if (i == s.length()) {
        throw new IllegalArgumentException("Signature '" + s + "' ends too early");
      }
      return s.charAt(i);
    }

    private boolean accept(char c) {
      if (peek() != c) {
        return false;
      }
      i++;
      return true;
    }

    private void expect(char c) {
      if (!accept(c)) {
        throw new IllegalArgumentException("Signature '" + s + "': expected '" + c + "' at " + i);
      }
    }

    private String word() {
      peek();
      int from = i;
      while (i < s.length() && Character.isJavaIdentifierPart(s.charAt(i))) {
        i++;
      }
      return s.substring(from, i);
    }

    private @Nullable Object value() {
      char c = peek();
      if (c == '\'' || c == '"') {
        int end = s.indexOf(c, i + 1);
        String v = s.substring(i + 1, end);
        i = end + 1;
        return v;
      }
      if (c == '(' || c == '[') {
        i++;
        List<@Nullable Object> items = new ArrayList<>();
        while (!accept(c == '(' ? ')' : ']')) {
          items.add(value());
          accept(',');
        }
        return java.util.Collections.unmodifiableList(items);
      }
      int from = i;
      while (i < s.length() && ",)] ".indexOf(s.charAt(i)) < 0) {
        i++;
      }
      return literal(s.substring(from, i));
    }

    private static @Nullable Object literal(String v) {
      switch (v) {
        case "None":
          return null;
        case "True":
          return true;
        case "False":
          return false;
        default:
          if (v.matches("-?\\d+")) {
            long n = Long.parseLong(v);
            return n == (int) n ? (Object) (int) n : (Object) n;
          }
          return Double.parseDouble(v);
      }
    }
  }
}
