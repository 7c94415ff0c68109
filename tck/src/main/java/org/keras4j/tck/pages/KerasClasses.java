package org.keras4j.tck.pages;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The public classes of Keras 3.15 with the arguments of their constructors, as {@code scripts/record_signatures.py} wrote them, and
 * those that Keras 3.16 adds.
 */
final class KerasClasses {
  private static final List<String> FILES =
      List.of("keras-classes-3.15.tsv", "keras-classes-3.16.tsv");

  private KerasClasses() {}

  /**
   * One class.
   *
   * @param room where it is, {@code optimizers.schedules}
   * @param name its name, {@code CosineDecay}
   * @param arguments what its constructor takes, in order
   */
  record KerasClass(String room, String name, List<Argument> arguments) {}

  /**
   * One argument of a constructor.
   *
   * @param name as Keras has it, {@code use_bias}
   * @param value the default as Python writes it; empty if there is none
   */
  record Argument(String name, String value) {}

  static List<KerasClass> all() {
    List<KerasClass> out = new ArrayList<>();
    FILES.forEach(f -> read(f, out));
    return out;
  }

  private static void read(String file, List<KerasClass> out) {
    try (BufferedReader in = new BufferedReader(new InputStreamReader(
        KerasClasses.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] parts = line.split("\t");
        int dot = parts[0].lastIndexOf('.');
        List<Argument> arguments =
            Arrays.stream(parts).skip(1).map(KerasClasses::argument).toList();
        out.add(new KerasClass(parts[0].substring(0, dot), parts[0].substring(dot + 1), arguments));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Argument argument(String text) {
    int at = text.indexOf('=');
    return at < 0
        ? new Argument(text, "")
        : new Argument(text.substring(0, at), text.substring(at + 1));
  }
}
