package org.keras4j.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Checkout;

/**
 * What a call inherits lies in the one {@code Context}: no other class keeps values of a thread. Backends may, for their
 * buffers.
 */
class OneContextTest {
  /** Backends, what runs beside them, and programs. */
  private static final Set<String> OTHERS =
      Set.of("tck", "cli", "benchmarks", "examples", "registry-processor");

  @Test
  void noOtherClassHasValuesOfAThread() throws IOException {
    Set<String> found = new TreeSet<>();
    Checkout.modules(
        m -> !m.startsWith("backend-") && !OTHERS.contains(m), root -> scan(root, found));
    found.removeIf(name -> name.startsWith("org/keras4j/core/context/Context$"));
    assertEquals(Set.of("org/keras4j/core/context/Context.class"), found);
  }

  private static void scan(Path root, Set<String> found) throws IOException {
    int classes = 0;
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".class")) {
          classes++;
          String text = new String(Files.readAllBytes(file), ISO_8859_1);
          if (text.contains("java/lang/ThreadLocal")
              || text.contains("java/lang/InheritableThreadLocal")) {
            found.add(root.relativize(file).toString().replace('\\', '/'));
          }
        }
      }
    }
    assertTrue(classes > 1, root + " has classes");
  }
}
