package org.keras4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.keras4j.core.primitive.CompositeName;
import org.keras4j.core.primitive.Composites;
import org.keras4j.layers.Layer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.tck.pages.Checkout;
import org.keras4j.training.Trainer;

/** docs/composites.md lists the functions that backends may claim: all of them, and no others. */
class CompositesPageTest {
  private static final Pattern NAME = Pattern.compile("(?m)^\\| `([a-z]+\\.[a-z0-9_]+)` \\|");

  @Test
  void thePageListsAllComposites() throws Exception {
    Map<String, CompositeOp> declared = new TreeMap<>();
    Checkout.classes(
        List.of(Ops.class, Layer.class, Trainer.class), root -> collect(root, declared));
    assertTrue(declared.containsKey("nn.relu") && declared.containsKey("optimizers.adam_update"));
    assertEquals(
        declared.keySet(),
        Composites.all().stream()
            .map(CompositeName::name)
            .collect(Collectors.toCollection(TreeSet::new)),
        "the constants of Composites");
    for (CompositeName c : Composites.all()) {
      CompositeOp.Gradient gradient = declared.get(c.name()).gradient();
      assertEquals(c.differentiable(), gradient != null, c + " has a backward part");
      if (gradient != null) {
        String forward = c.extras().isEmpty() ? c.name() : c.forward();
        assertEquals(forward, gradient.forward().name());
        assertEquals(c.backward(), gradient.backward().name());
      }
    }

    String text = Files.readString(Checkout.file("docs/composites.md"));
    Set<String> listed = new TreeSet<>();
    Matcher m = NAME.matcher(text);
    while (m.find()) {
      // a part of a function stands in a table of its own
      if (!m.group(1).endsWith("_forward") && !m.group(1).endsWith("_backward")) {
        listed.add(m.group(1));
      }
    }
    assertEquals(declared.keySet(), listed);
  }

  private static void collect(Path root, Map<String, CompositeOp> into)
      throws IOException, ReflectiveOperationException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = root.relativize(file).toString().replace('\\', '/');
        if (name.startsWith("org/keras4j/") && name.endsWith(".class") && !name.contains("-info")) {
          String c = name.substring(0, name.length() - ".class".length()).replace('/', '.');
          names(Class.forName(c, false, CompositesPageTest.class.getClassLoader()), into);
        }
      }
    }
  }

  /** The names of the constants of a class that are composites, or hold one. */
  private static void names(Class<?> c, Map<String, CompositeOp> into)
      throws ReflectiveOperationException {
    for (Field f : c.getDeclaredFields()) {
      if (!Modifier.isStatic(f.getModifiers())) {
        continue;
      }
      if (f.getType() == CompositeOp.class) {
        f.setAccessible(true);
        put((CompositeOp) f.get(null), into);
        continue;
      }
      for (Field inner : f.getType().getDeclaredFields()) {
        if (inner.getType() == CompositeOp.class && !Modifier.isStatic(inner.getModifiers())) {
          f.setAccessible(true);
          inner.setAccessible(true);
          put((CompositeOp) inner.get(f.get(null)), into);
        }
      }
    }
  }

  private static void put(CompositeOp op, Map<String, CompositeOp> into) {
    into.put(op.name(), op);
  }
}
