package org.keras4j.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;
import org.keras4j.layers.Layer;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.saving.KerasFiles;
import org.keras4j.tck.pages.Checkout;
import org.keras4j.training.Trainer;

/**
 * What a call inherits lies in the one {@code Context}: no other class keeps values of a thread. Backends may, for their
 * buffers.
 */
class OneContextTest {
  private static final List<Class<?>> MODULES =
      List.of(Keras.class, Ops.class, Layer.class, Trainer.class, Model.class, KerasFiles.class);

  @Test
  void noOtherClassHasValuesOfAThread() throws IOException, URISyntaxException {
    Set<String> found = new TreeSet<>();
    Checkout.classes(MODULES, root -> scan(root, found));
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
    assertTrue(classes > 5, root + " has classes");
  }
}
