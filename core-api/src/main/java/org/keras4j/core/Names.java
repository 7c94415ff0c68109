package org.keras4j.core;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.keras4j.core.context.Context;

/** Automatic names, and the scopes that variables' paths are made of, both as in Keras. */
public final class Names {
  private static final Map<String, Integer> COUNTS = new ConcurrentHashMap<>();
  private static final Context.Key<String> PATH = Context.Key.inherited("names");

  private Names() {}

  /** {@code dense}, then {@code dense_1}, {@code dense_2}, ... */
  public static String auto(String prefix) {
    int n = COUNTS.merge(prefix, 1, Integer::sum) - 1;
    return n == 0 ? prefix : prefix + "_" + n;
  }

  /**
   * Gives the last automatic name of a prefix back, so that the next one is it: names that objects are given by hand
   * leave no gaps among the automatic ones. Where others have been made since, nothing changes.
   *
   * @param name what {@link #auto} gave
   */
  public static void giveBack(String prefix, String name) {
    COUNTS.computeIfPresent(prefix, (p, n) -> {
      String last = n == 1 ? p : p + "_" + (n - 1);
      return !last.equals(name) ? n : n == 1 ? null : (Integer) (n - 1);
    });
  }

  /** Starts the counting anew ({@code keras.utils.clear_session}). */
  public static void reset() {
    COUNTS.clear();
  }

  /** A class name in Keras's snake case: {@code Conv2D} to {@code conv2d}, {@code LSTMCell} to {@code lstm_cell}. */
  public static String snakeCase(String name) {
    String s = name.replaceAll("\\W+", "");
    s = s.replaceAll("(.)([A-Z][a-z]+)", "$1_$2");
    return s.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
  }

  /** The names of the scopes in force, joined by slashes; empty outside any. */
  public static String path() {
    String p = PATH.get();
    return p == null ? "" : p;
  }

  /** A name inside the scopes in force. */
  public static String path(String name) {
    String p = path();
    return p.isEmpty() ? name : p + "/" + name;
  }

  /** Runs within a further scope. */
  public static <R> R in(String name, Supplier<R> body) {
    String before = PATH.get();
    return PATH.with(before == null ? name : before + "/" + name, body);
  }
}
