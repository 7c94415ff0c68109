package org.keras4j.ops.internal.surface;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The public names of Keras 3.15 with their signatures, and what Keras 3.16 adds to them. */
public final class KerasApi {
  /** The version of Keras that the first table describes. */
  public static final String VERSION = "3.15";

  // a table of its own holds what a later version adds
  private static final List<String> TABLES = List.of(VERSION, "3.16");

  private static final Map<String, Symbol> SYMBOLS = read();

  private KerasApi() {}

  /**
   * A public name.
   *
   * @param name with namespace, {@code "keras.ops.add"}
   * @param kind {@code "function"} or {@code "class"}
   * @param text the signature as Python writes it; empty for an alias
   * @param aliasOf the canonical name, or null if this is it
   */
  public record Symbol(
      String name, String kind, String text, @Nullable String aliasOf) {
    /** The parameters. */
    public Signature signature() {
      return Signature.parse(text);
    }

    /** What stands before the last dot. */
    public String namespace() {
      return name.substring(0, name.lastIndexOf('.'));
    }

    /** What stands after the last dot. */
    public String shortName() {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  /** All names, aliases included, in alphabetical order. */
  public static Collection<Symbol> symbols() {
    return SYMBOLS.values();
  }

  /** The canonical symbol that a name or alias means; null if there is none. */
  public static @Nullable Symbol find(String name) {
    Symbol s = SYMBOLS.get(name);
    return s != null && s.aliasOf() != null ? SYMBOLS.get(s.aliasOf()) : s;
  }

  private static Map<String, Symbol> read() {
    Map<String, Symbol> out = new TreeMap<>();
    TABLES.forEach(t -> read("keras-" + t + ".tsv", out));
    return out;
  }

  private static void read(String table, Map<String, Symbol> out) {
    try (InputStream in = Objects.requireNonNull(KerasApi.class.getResourceAsStream(table));
        BufferedReader r = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = r.readLine(); line != null; line = r.readLine()) {
        String[] f = line.split("\t", -1);
        out.put(f[0], new Symbol(f[0], f[1], f[2], f.length > 3 && !f[3].isEmpty() ? f[3] : null));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
