package org.keras4j.tck;

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

/** A test that is left out says why, in the report where a reader looks for it. */
@Tag("pytorch")
class SkippedTestsTest {
  private static final Pattern ASSUMPTION =
      Pattern.compile("\\bassume(True|False)\\(((?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*)\\);");
  private static final Pattern DISABLED = Pattern.compile("@Disabled\\w*+(?!\\()");

  @Test
  void skippedTestsSayWhy() throws IOException {
    List<String> silent = new ArrayList<>();
    int assumptions = 0;
    List<Path> modules;
    try (Stream<Path> all = Files.list(Checkout.file(""))) {
      modules =
          all.map(m -> m.resolve("src/test/java")).filter(Files::isDirectory).toList();
    }
    for (Path module : modules) {
      try (Stream<Path> files = Files.walk(module)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          String text = Files.readString(file);
          Matcher m = ASSUMPTION.matcher(text);
          while (m.find()) {
            assumptions++;
            if (!reason(m.group(2)).contains("\"")) {
              silent.add(file.getFileName() + ": " + m.group().replaceAll("\\s+", " "));
            }
          }
          if (DISABLED.matcher(text).find() && !file.endsWith("SkippedTestsTest.java")) {
            silent.add(file.getFileName() + ": disabled without a reason");
          }
        }
      }
    }
    assertTrue(assumptions >= 10, "found " + assumptions + " assumptions only");
    assertEquals(List.of(), silent);
  }

  /** The last of several arguments, which is a text or makes one; nothing if there is but one argument. */
  private static String reason(String arguments) {
    int depth = 0;
    int last = -1;
    for (int i = 0; i < arguments.length(); i++) {
      char c = arguments.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      last = c == ',' && depth == 0 ? i : last;
    }
    return last < 0 ? "" : arguments.substring(last);
  }
}
