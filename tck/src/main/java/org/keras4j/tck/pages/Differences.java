package org.keras4j.tck.pages;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.ops.internal.surface.KerasApi;
import org.keras4j.ops.internal.surface.Signature;
import org.keras4j.ops.internal.surface.Surface;
import org.keras4j.tck.pages.KerasClasses.Argument;
import org.keras4j.tck.pages.KerasClasses.KerasClass;
import org.keras4j.tck.pages.NameTable.Fate;
import org.keras4j.tck.pages.NameTable.Row;

/**
 * Every public name of Keras, with its arguments, beside the library. A function is here if a method has its name and parameters; a
 * class if a public class has its name and takes its arguments; what is given otherwise, is still to be made or has no place in Java
 * stands in the table of names.
 */
public final class Differences {
  private final List<Row> rows = NameTable.rows();
  private final Set<Row> used = new HashSet<>();
  private final Map<String, Row> found = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, List<String>> classArguments = new HashMap<>();
  private int names;
  private int same;

  private Differences() {
    for (KerasClass k : KerasClasses.all()) {
      classArguments.put(
          "keras." + k.room() + "." + k.name(),
          k.arguments().stream().map(Argument::name).toList());
    }
    for (KerasApi.Symbol s : KerasApi.symbols()) {
      if (s.aliasOf() == null) {
        names++;
        compare(s);
      }
    }
    for (Row r : rows) {
      for (String place : r.places()) {
        String wrong = Places.problem(place);
        if (wrong != null) {
          problems.add(r.name() + ": " + wrong);
        }
      }
      if (r.remark().isEmpty() && (r.fate() != Fate.HERE || r.places().isEmpty())) {
        problems.add(r.name() + ": says neither where it is nor why it is not");
      }
      if (!used.contains(r)) {
        problems.add(r.name()
            + ": is here under Keras's name, or no name of Keras; take it out of the table");
      }
    }
  }

  /** Compares. */
  public static Differences compare() {
    return new Differences();
  }

  /** What the table lacks, has too much of, or says wrongly, in words; empty if it is right. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** How many names Keras has, aliases not counted. */
  public int names() {
    return names;
  }

  /** How many of them are here under Keras's name. */
  public int same() {
    return same;
  }

  /** The names and arguments that are given otherwise or are not here, in Keras's order, with their lines of the table. */
  Map<String, Row> found() {
    return found;
  }

  private void compare(KerasApi.Symbol s) {
    if (s.kind().equals("function") && Surface.find(s.name()) != null) {
      same++;
      return; // arguments are compared there
    }
    Row row = row(s.name());
    Class<?> c = row == null ? JavaClasses.find(s.namespace(), s.shortName()) : null;
    if (row == null && (c == null || s.kind().equals("function") && !isApplication(s))) {
      problems.add(s.name() + s.text() + ": is not here, and the table of names does not say why");
      return;
    }
    if (row != null && row.fate() != Fate.HERE) {
      return;
    }
    if (c != null) {
      same++;
    }
    Settings settings = c == null ? null : Settings.of(c);
    Set<String> names = row == null ? Set.of() : Places.names(row.places());
    for (String a : arguments(s)) {
      boolean taken = settings != null ? settings.takes(a) : names.contains(Settings.camel(a));
      if (!taken && row(s.name() + "(" + a + ")") == null) {
        problems.add(
            s.name() + "(" + a + "): cannot be given, and the table of names does not say why");
      }
    }
  }

  private static boolean isApplication(KerasApi.Symbol s) {
    return s.namespace().equals("keras.applications");
  }

  private List<String> arguments(KerasApi.Symbol s) {
    List<String> own = classArguments.get(s.name());
    if (own != null) {
      return own;
    }
    return s.signature().parameters().stream()
        .filter(p -> p.kind() != Signature.Kind.OPTIONS && p.kind() != Signature.Kind.REST)
        .map(Signature.Parameter::name)
        .toList();
  }

  /** The first line for a name, noted as used. */
  private @Nullable Row row(String name) {
    for (Row r : rows) {
      if (r.matches(name) && (name.endsWith(")") == r.name().endsWith(")"))) {
        used.add(r);
        found.put(name, r);
        return r;
      }
    }
    return null;
  }
}
