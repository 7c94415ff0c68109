package org.keras4j.tck.pages;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The checkout that tests of sources and pages look into. */
public final class Checkout {
  private Checkout() {}

  /** What is done with the classes of a module. */
  public interface Reader<E extends Exception> {
    /** Reads a folder of classes, or a jar's root. */
    void read(Path root) throws E;
  }

  /**
   * A file or folder of the checkout: of that which the property {@code keras4j.home} names, else of the one around the
   * working directory.
   *
   * @throws IllegalStateException if neither is one
   */
  public static Path file(String path) {
    String home = System.getProperty("keras4j.home");
    Path at = Path.of(home == null ? "" : home).toAbsolutePath();
    while (at != null && !Files.exists(at.resolve("mvnw"))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("No checkout of keras4j is around "
          + Path.of("").toAbsolutePath() + ", and keras4j.home is " + home);
    }
    return at.resolve(path);
  }

  /** Reads the compiled classes of the modules that these classes belong to. */
  public static <E extends Exception> void classes(List<Class<?>> ofModules, Reader<E> reader)
      throws IOException, URISyntaxException, E {
    for (Class<?> c : ofModules) {
      Path root = Path.of(c.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(root)) {
        reader.read(root);
      } else {
        try (FileSystem jar =
            FileSystems.newFileSystem(URI.create("jar:" + root.toUri()), Map.of())) {
          reader.read(jar.getPath("/"));
        }
      }
    }
  }

  /**
   * Reads the compiled classes of every module of the checkout that has some: a module that comes needs no line anywhere.
   *
   * @param which which modules, by the names of their folders
   * @param reader what reads a module's folder of classes
   */
  public static <E extends Exception> void modules(Predicate<String> which, Reader<E> reader)
      throws IOException, E {
    List<Path> folders;
    try (Stream<Path> all = Files.list(file(""))) {
      folders = all.filter(f -> Files.isDirectory(f.resolve("src/main/java"))
              && Files.isDirectory(f.resolve("target/classes"))
              && which.test(f.getFileName().toString()))
          .sorted()
          .toList();
    }
    for (Path f : folders) {
      reader.read(f.resolve("target/classes"));
    }
  }
}
