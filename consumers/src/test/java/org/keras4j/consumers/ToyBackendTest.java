package org.keras4j.consumers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The backend of {@code examples/toy-backend}, which is no part of this build: built with the artifacts alone, found by its
 * name, and held by the whole kit.
 */
class ToyBackendTest {
  @Test
  void theKitHoldsABackendFromOutside() throws Exception {
    Workshop workshop = new Workshop(Workshop.root().resolve("consumers/target/toy"));
    Path project = workshop.copy(Workshop.root().resolve("examples/toy-backend"));
    String printed = workshop.maven(project, "test");
    Matcher m =
        Pattern.compile("Tests run: (\\d+), Failures: 0, Errors: 0, Skipped: 0").matcher(printed);
    int tests = 0;
    while (m.find()) {
      tests = Math.max(tests, Integer.parseInt(m.group(1)));
    }
    assertTrue(tests > 1000, printed); // every function several times, every primitive
  }
}
