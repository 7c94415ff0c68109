package org.keras4j.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The checkout around the working directory, whose documents and sources are tested. */
final class Checkout {
  private Checkout() {}

  /** Its folder. */
  static Path root() {
    Path p = Path.of("").toAbsolutePath();
    while (!Files.exists(p.resolve("mvnw"))) {
      p = Objects.requireNonNull(p.getParent(), "no checkout is around the working directory");
    }
    return p;
  }
}
