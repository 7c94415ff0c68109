package org.keras4j.tck.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The public classes of modules that users may import, found in their folders or jars. */
final class PublicClasses {
  private PublicClasses() {}

  /** The public top-level classes of a module's packages not named {@code internal}, by simple name; of several, all. */
  static Map<String, List<Class<?>>> of(Class<?>... anyOfEachModule) {
    Map<String, List<Class<?>>> out = new TreeMap<>();
    for (Class<?> c : anyOfEachModule) {
      try {
        Path at = Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(at)) {
          add(at, out);
        } else {
          try (FileSystem jar =
              FileSystems.newFileSystem(URI.create("jar:" + at.toUri()), Map.of())) {
            add(jar.getPath("/"), out);
          }
        }
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return out;
  }

  private static void add(Path root, Map<String, List<Class<?>>> out) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path f : (Iterable<Path>) files.sorted()::iterator) {
        String name = root.relativize(f).toString().replace('\\', '/');
        if (name.endsWith(".class")
            && !name.contains("$")
            && !name.contains("-info")
            && !name.contains("/internal/")) {
          try {
            Class<?> c = Class.forName(
                name.replace(".class", "").replace('/', '.'),
                false,
                PublicClasses.class.getClassLoader());
            if (Modifier.isPublic(c.getModifiers())) {
              out.computeIfAbsent(c.getSimpleName(), k -> new ArrayList<>()).add(c);
            }
          } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
          }
        }
      }
    }
  }
}
