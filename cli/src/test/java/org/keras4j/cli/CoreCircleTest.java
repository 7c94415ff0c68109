package org.keras4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keras4j.tck.pages.Checkout;

/** The one circle of packages, in core, is as small as docs/decisions/0031 says. */
class CoreCircleTest {
  private static final String CORE = "core-api/src/main/java/org/keras4j/core/";
  private static final Pattern OF_CORE =
      Pattern.compile("(?m)^import org\\.keras4j\\.core\\.([A-Z]\\w*);");
  private static final Pattern OF_BACKENDS =
      Pattern.compile("(?m)^import org\\.keras4j\\.core\\.(?:graph|primitive|spi)\\.(\\w+);");

  @Test
  void twoClassesKnowBackends() throws IOException {
    Set<String> known = new TreeSet<>();
    try (Stream<Path> files = Files.list(Checkout.file(CORE))) {
      for (Path f : files.filter(p -> p.toString().endsWith(".java")).toList()) {
        if (OF_BACKENDS.matcher(Files.readString(f)).find()) {
          known.add(f.getFileName().toString());
        }
      }
    }
    assertEquals(Set.of("EagerTensor.java", "Keras.java"), known);
  }

  @Test
  void backendsKnowValues() throws IOException {
    Set<String> known = new TreeSet<>();
    for (String part : new String[] {"graph", "primitive", "spi"}) {
      try (Stream<Path> files = Files.list(Checkout.file(CORE + part))) {
        for (Path f : files.toList()) {
          Matcher m = OF_CORE.matcher(Files.readString(f));
          while (m.find()) {
            known.add(m.group(1));
          }
        }
      }
    }
    assertEquals(Set.of("DType", "MemoryLimitException", "NDArray", "Shape", "TensorSpec"), known);
  }
}
