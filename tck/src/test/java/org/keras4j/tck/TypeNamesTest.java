package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Checkout;

/**
 * A completion list offers each simple name once: no two public types that users can import have the same, but a loss and the
 * metric of it, which Keras names alike, and the layer and the initializer {@code Identity}.
 */
@Tag("several-backends")
class TypeNamesTest {
  private static final Pattern PUBLIC = Pattern.compile(
      "^public [\\w\\- ]*\\b(class|interface|record|enum|@interface)\\b", Pattern.MULTILINE);

  @Test
  void noTwins() throws IOException {
    Path root = Checkout.file("");
    Map<String, Set<String>> found = new TreeMap<>();
    for (String module : List.of(
        "core-api",
        "ops",
        "layers",
        "training",
        "models",
        "saving",
        "applications",
        "text",
        "onnx",
        "hub",
        "langchain4j",
        "spring-ai",
        "training-page",
        "tribuo",
        "data",
        "torch",
        "litert",
        "backend-pytorch",
        "backend-tensorflow",
        "backend-xla",
        "distribution-gloo")) {
      Path source = root.resolve(module).resolve("src/main/java");
      if (Files.isDirectory(source)) {
        try (Stream<Path> files = Files.walk(source)) {
          for (Path f : (Iterable<Path>) files.filter(TypeNamesTest::forUsers)::iterator) {
            if (PUBLIC.matcher(Files.readString(f)).find()) {
              String name = f.getFileName().toString().replace(".java", "");
              String room = source.relativize(f.getParent()).toString().replace('\\', '/');
              found.computeIfAbsent(name, k -> new TreeSet<>()).add(room);
            }
          }
        }
      }
    }
    assertTrue(found.size() > 400, "the sources were not found below " + root.toAbsolutePath());
    Set<String> lossAndMetric =
        Set.of("org/keras4j/training/losses", "org/keras4j/training/metrics");
    found.values().removeIf(rooms -> rooms.size() == 1 || rooms.equals(lossAndMetric));
    assertEquals(
        Map.of("Identity", Set.of("org/keras4j/layers/core", "org/keras4j/layers/initializers")),
        found);
  }

  /** Java files outside packages named {@code internal} and outside the backends' own machinery. */
  private static boolean forUsers(Path f) {
    String s = f.toString().replace('\\', '/');
    return s.endsWith(".java")
        && !s.contains("/internal/")
        && !s.matches(".*/backend/(pytorch|tensorflow|xla)/\\w+/.*");
  }
}
