package org.keras4j.tck.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.layers.Layer;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.saving.KerasFiles;
import org.keras4j.training.Trainer;
import org.keras4j.training.callbacks.EarlyStopping;
import org.keras4j.training.metrics.Precision;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.schedules.CosineDecay;

/** What settings take: numbers as they are written, and null where there may be none. */
@Tag("pytorch")
class SettersTest {
  private static final Set<Class<?>> BOXES =
      Set.of(Double.class, Float.class, Long.class, Integer.class, Short.class, Byte.class);
  // what an int literal becomes without a cast
  private static final Set<Class<?>> NUMBERS =
      Set.of(int.class, long.class, float.class, double.class);

  static Stream<Class<?>> classesBeside(Class<?> one) {
    List<Class<?>> out = new ArrayList<>();
    try {
      URI from = one.getProtectionDomain().getCodeSource().getLocation().toURI();
      Path place = Path.of(from);
      if (Files.isDirectory(place)) {
        collect(place, out);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(place)) {
          collect(jar.getPath("/"), out);
        }
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return out.stream();
  }

  private static void collect(Path root, List<Class<?>> out) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path f : (Iterable<Path>) files::iterator) {
        String name = root.relativize(f).toString().replace(f.getFileSystem().getSeparator(), ".");
        if (name.startsWith("org.keras4j.") && name.endsWith(".class") && !name.contains("-info")) {
          try {
            String c = name.substring(0, name.length() - ".class".length());
            out.add(Class.forName(c, false, SettersTest.class.getClassLoader()));
          } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
          }
        }
      }
    }
  }

  private static boolean isSetting(Class<?> c, Method m) {
    return Modifier.isPublic(m.getModifiers())
        && !Modifier.isStatic(m.getModifiers())
        && !m.isBridge()
        && m.getParameterCount() == 1
        && (m.getReturnType() == void.class || m.getReturnType().isAssignableFrom(c))
        && m.getReturnType() != Object.class;
  }

  @Test
  void noneTakesABoxedNumberAlone() {
    List<String> wrong = new ArrayList<>();
    int found = 0;
    for (Class<?> module : List.of(
        NDArray.class, Ops.class, Layer.class, Trainer.class, Model.class, KerasFiles.class)) {
      for (Class<?> c : (Iterable<Class<?>>) classesBeside(module)::iterator) {
        for (Method m : c.getDeclaredMethods()) { // a base need not be public for its setters to be
          if (!isSetting(c, m) || !BOXES.contains(m.getParameterTypes()[0])) {
            continue;
          }
          found++;
          boolean plain = Arrays.stream(c.getDeclaredMethods())
              .anyMatch(o -> o.getName().equals(m.getName())
                  && o.getParameterCount() == 1
                  && Modifier.isPublic(o.getModifiers())
                  && NUMBERS.contains(o.getParameterTypes()[0]));
          if (!plain) {
            wrong.add(c.getSimpleName() + "." + m.getName());
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(found > 25, "only " + found + " settings found");
  }

  @Test
  void integersAndNull() {
    Adam adam = new Adam().clipnorm(1).weightDecay(2L).emaOverwriteFrequency(3).name("a");
    assertEquals(1.0, adam.getConfig().get("clipnorm"));
    assertEquals(2.0, adam.getConfig().get("weight_decay"));
    assertEquals(3, adam.getConfig().get("ema_overwrite_frequency"));
    adam.clipnorm(null).clipvalue(0.5f).emaOverwriteFrequency(null);
    assertEquals(null, adam.getConfig().get("clipnorm"));
    assertEquals(0.5, adam.getConfig().get("clipvalue"));
    assertThrows(IllegalArgumentException.class, () -> adam.globalClipnorm(1));
    assertEquals(1.0, new CosineDecay(0.1, 10).warmupTarget(1).getConfig().get("warmup_target"));
    assertEquals(2, new Precision().topK(2).getConfig().get("top_k"));
    new EarlyStopping().baseline(1).baseline(null);
  }
}
