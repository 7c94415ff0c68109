package org.keras4j.backend.xla.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * What the comments at the top of a module say of its function.
 *
 * @param arguments in order
 * @param results in order
 */
record ModuleHeader(List<Line> arguments, List<Line> results) {
  private static final Pattern LINE = Pattern.compile(
      "// (size|input|weight|constant|seed|cotangent|output|state|gradient) (?:(\\S+) )??(\\S+)(?:"
          + " (\\w+)\\((.*)\\))?");

  /**
   * One of them.
   *
   * @param key the weight's in the file of weights; empty for others
   * @param dims sizes, or formulas of open sizes
   */
  record Line(String kind, String key, String name, DType dtype, List<String> dims) {
    /** Open sizes are -1. */
    TensorSpec shown() {
      return new TensorSpec(
          Shape.of(
              dims.stream().map(d -> d.matches("\\d+") ? Long.valueOf(d) : -1L).toList()),
          dtype);
    }

    TensorSpec known(Map<String, Long> sizes) {
      return new TensorSpec(
          Shape.of(dims.stream().map(d -> SizeFormula.evaluate(d, sizes)).toList()), dtype);
    }

    /** Whether it fits; open sizes are added to those given. */
    boolean takes(TensorSpec s, Map<String, Long> sizes) {
      boolean fits = s.dtype() == dtype && s.rank() == dims.size();
      for (int axis = 0; fits && axis < s.rank(); axis++) {
        String d = dims.get(axis);
        long size = s.dim(axis);
        if (d.matches("\\d+")) {
          fits = size == Long.parseLong(d);
        } else if (d.matches("\\w+")) {
          fits = size == sizes.merge(d, size, (a, b) -> a);
        } else {
          fits = size == SizeFormula.evaluate(d, sizes);
        }
      }
      return fits;
    }

    @Override
    public String toString() {
      return kind + " " + name + " " + dtype + dims;
    }
  }

  static ModuleHeader of(String text, String source) throws IOException {
    List<Line> arguments = new ArrayList<>();
    List<Line> results = new ArrayList<>();
    for (String line : text.lines().takeWhile(l -> l.startsWith("//")).toList()) {
      if (line.startsWith("// mesh ")) {
        throw new IOException(source + " is a program for the devices of a mesh, "
            + line.substring(8) + "; it cannot be run on one");
      }
      Matcher m = LINE.matcher(line);
      if (!m.matches() || (m.group(4) == null) != m.group(1).equals("size")) {
        throw new IOException(source + " has a header that cannot be read: " + line);
      }
      if (m.group(4) == null) {
        continue;
      }
      String key = m.group(2) == null ? "" : m.group(2);
      Line l = new Line(m.group(1), key, m.group(3), DType.of(m.group(4)), dims(m.group(5)));
      boolean result =
          l.kind.equals("output") || l.kind.equals("state") || l.kind.equals("gradient");
      (result ? results : arguments).add(l);
    }
    if (results.isEmpty()) {
      throw new IOException(source + " has no header that says what its function gives");
    }
    return new ModuleHeader(List.copyOf(arguments), List.copyOf(results));
  }

  private static List<String> dims(String text) {
    List<String> out = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        String d = text.substring(from, i).strip();
        if (!d.isEmpty()) {
          out.add(d);
        }
        from = i + 1;
      }
    }
    return out;
  }

  /** Those of the results or arguments that are of a kind. */
  static List<Line> of(List<Line> lines, String... kinds) {
    List<String> wanted = List.of(kinds);
    return lines.stream().filter(l -> wanted.contains(l.kind)).toList();
  }

  /** The open sizes that arguments have. */
  Map<String, Long> sizes(List<TensorSpec> given) {
    Map<String, Long> sizes = new HashMap<>();
    for (int i = 0; i < given.size(); i++) {
      if (i >= arguments.size() || !arguments.get(i).takes(given.get(i), sizes)) {
        throw new IllegalArgumentException("Argument " + i + " is " + given.get(i) + ", expected "
            + arguments.get(Math.min(i, arguments.size() - 1)) + " for " + sizes);
      }
    }
    return sizes;
  }
}
