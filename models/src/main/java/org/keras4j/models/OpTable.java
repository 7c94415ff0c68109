package org.keras4j.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How Keras's files name the functions of {@code ops}: module and class, and which parameters are settings of
 * the class and which arguments of its call.
 */
final class OpTable {
  private static final Map<String, Row> BY_FUNCTION = new HashMap<>();
  private static final Map<String, Row> BY_CLASS = new HashMap<>();

  static {
    read();
  }

  /**
   * One function.
   *
   * @param function {@code ops.expand_dims}
   * @param settings parameters in the class's config
   * @param arguments parameters of the call that are passed by position
   * @param variadic the parameter of the call that takes any number after them, or null
   * @param keywords parameters of the call that are passed by name
   * @param parameters all parameters of the function, in order
   */
  record Row(
      String function,
      String module,
      String className,
      List<String> settings,
      List<String> arguments,
      @Nullable String variadic,
      List<String> keywords,
      List<String> parameters) {}

  private OpTable() {}

  private static void read() {
    InputStream in = OpTable.class.getResourceAsStream("operations.tsv");
    if (in == null) {
      throw new IllegalStateException("The resource operations.tsv is missing");
    }
    try (BufferedReader r = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line; (line = r.readLine()) != null; ) {
        String[] f = line.split("\t", -1);
        Row row = row(f);
        BY_FUNCTION.put(row.function, row);
        BY_CLASS.putIfAbsent(row.module + "." + row.className, row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // in the arguments '*' marks what takes any number, and a last '=' what is passed by name
  private static Row row(String[] f) {
    List<String> arguments = new ArrayList<>();
    String variadic = null;
    List<String> keywords = new ArrayList<>();
    for (String a : list(f[4])) {
      if (a.startsWith("*")) {
        variadic = a.substring(1);
      } else if (a.endsWith("=")) {
        keywords.add(a.substring(0, a.length() - 1));
      } else {
        arguments.add(a);
      }
    }
    return new Row(f[0], f[1], f[2], list(f[3]), arguments, variadic, keywords, list(f[5]));
  }

  private static List<String> list(String s) {
    return s.isEmpty() ? List.of() : List.of(s.split(","));
  }

  static @Nullable Row find(String function) {
    return BY_FUNCTION.get(function);
  }

  static @Nullable Row findClass(@Nullable Object module, @Nullable Object className) {
    return BY_CLASS.get(module + "." + className);
  }
}
