package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.ops.internal.surface.KerasApi;

/** What the table {@code compared.tsv} says of the rest of Keras's surface: the tests, recordings and scripts are there. */
@Tag("several-backends")
class ComparedNamesTest {
  private static final Path HOME = Path.of(System.getProperty("keras4j.home", ".."));

  private static Map<String, Path> tests() throws IOException {
    Map<String, Path> out = new HashMap<>();
    try (Stream<Path> modules = Files.list(HOME)) {
      for (Path module : modules
          .map(m -> m.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .toList()) {
        try (Stream<Path> files = Files.walk(module)) {
          files.filter(f -> f.toString().endsWith("Test.java")).forEach(f -> {
            String name = module.relativize(f).toString().replace('\\', '/').replace('/', '.');
            out.put(name.substring(0, name.length() - ".java".length()), f);
          });
        }
      }
    }
    return out;
  }

  @Test
  void whatComparesThemIsThere() throws IOException {
    String text;
    try (InputStream in = Objects.requireNonNull(
        ComparedNamesTest.class.getResourceAsStream("/org/keras4j/tck/compared.tsv"))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<String> wrong = new ArrayList<>();
    Map<String, Path> tests = tests();
    List<String> names =
        KerasApi.symbols().stream().map(KerasApi.Symbol::name).collect(Collectors.toList());
    int recorded = 0;
    int rows = 0;
    for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
      String[] cells = line.split("\t");
      rows++;
      if (!names.contains(cells[0])) {
        wrong.add(cells[0] + ": is no name of Keras");
      }
      Path test = tests.get(cells[2]);
      if (test == null) {
        wrong.add(cells[0] + ": there is no test " + cells[2]);
        continue;
      }
      boolean material = cells[1].equals("recorded") || cells[1].equals("script");
      if (material && !Files.exists(HOME.resolve(cells[3]))) {
        wrong.add(cells[0] + ": there is no " + cells[3]);
      }
      if (cells[1].equals("recorded")) {
        recorded++;
        String file = HOME.resolve(cells[3]).getFileName().toString();
        if (!file.equals("cases")
            && !file.equals("legacy")
            && !Files.readString(test).contains(file)) {
          wrong.add(cells[0] + ": " + cells[2] + " reads no " + file);
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(rows > 90 && recorded > 60, rows + ", " + recorded);
  }
}
