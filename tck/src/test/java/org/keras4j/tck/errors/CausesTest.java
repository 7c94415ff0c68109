package org.keras4j.tck.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Checkout;

/** No exception has a cause whose text it says itself: {@code Failures.inPlaceOf} is for that. */
@Tag("pytorch")
class CausesTest {
  private static final Pattern TWICE = Pattern.compile(
      "new \\w+\\((?:[^;{}](?!new"
          + " \\w+\\())*?\\b(\\w+)(\\.(getMessage|getReason|toString|getLocalizedMessage)\\(\\))?\\s*,\\s*\\1\\s*\\);");

  @Test
  void causesAreNotRepeated() throws IOException {
    Path home = Checkout.file("");
    List<String> found = new ArrayList<>();
    int files = 0;
    try (Stream<Path> all = Files.walk(home)) {
      for (Path p : (Iterable<Path>) all::iterator) {
        if (p.toString().endsWith(".java") && p.toString().contains("/src/main/java/")) {
          files++;
          Matcher m = TWICE.matcher(Files.readString(p));
          while (m.find()) {
            if (m.group(2) != null || m.group().contains("\" + " + m.group(1) + ",")) {
              found.add(home.relativize(p) + ": " + m.group());
            }
          }
        }
      }
    }
    assertTrue(files > 1000, files + " files");
    assertEquals(List.of(), found);
  }

  @Test
  void theFormIsKnown() {
    for (String twice : List.of(
        "throw new IOException(\"x: \" + e.getMessage(), e);",
        "throw new XlaException(Code.INTERNAL, \"Starting failed: \" + e, e);",
        "throw new A(\n  file,\n  e.getReason(),\n  e);")) {
      assertTrue(TWICE.matcher(twice).find(), twice);
    }
  }
}
