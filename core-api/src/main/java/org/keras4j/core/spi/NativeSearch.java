package org.keras4j.core.spi;

import static java.util.stream.Collectors.toSet;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.messages.Log;

/**
 * Remembers where JavaCPP found native libraries. It searches every jar for every spelling of every library, which
 * takes a third of the time until a backend is there; what it found is kept in a file of its cache folder,
 * together with the class path, and given back to it by the next JVM that has the very same class path. Without
 * the file, or where anything differs, it searches. A library that no jar has is remembered as missing, and then
 * not asked of the operating system either, unless that had it.
 */
public final class NativeSearch {
  private static final Log LOG = Log.of(NativeSearch.class);
  private static final String FOUND = "foundLibraries";
  private static final char TAB = '\t';

  private NativeSearch() {}

  /**
   * Loads libraries. System property {@code keras4j.natives.remember} set to {@code false} leaves the search as it
   * is.
   *
   * @param loader JavaCPP's {@code Loader}
   * @param name whose libraries these are, {@code "pytorch"}: part of a file name
   * @param load loads them; its exceptions pass through
   */
  public static void remembered(Class<?> loader, String name, Runnable load) {
    if ("false".equals(System.getProperty("keras4j.natives.remember"))
        || loader.getClassLoader() != ClassLoader.getSystemClassLoader()) {
      load.run(); // another class loader's path is not known
      return;
    }
    String classPath = System.getProperty("java.class.path", "");
    String modulePath = System.getProperty("jdk.module.path", "");
    remembered(
        loader,
        name,
        modulePath.isEmpty() ? classPath : modulePath + File.pathSeparator + classPath,
        load);
  }

  /**
   * What to do about native libraries that were not found, to end a message: on the module path nothing requires
   * the modules that hold them, so they must be asked for.
   *
   * @param backend a class of the backend
   * @param platform JavaCPP's name of the platform, {@code "linux-x86_64"}
   * @param libraries the bindings whose natives are needed, {@code "org.bytedeco.pytorch"}
   */
  public static String advice(Class<?> backend, String platform, String... libraries) {
    if (!backend.getModule().isNamed()) {
      return "Are the natives of " + String.join(", ", libraries) + " for platform '" + platform
          + "' on the class path?";
    }
    String modules = Arrays.stream(libraries)
        .map(l -> l + "." + platform.replace('-', '.'))
        .collect(Collectors.joining(","));
    return "The jars with the natives for platform '" + platform
        + "' belong on the class path, or, on the module path, need --add-modules " + modules;
  }

  static void remembered(Class<?> loader, String name, String classPath, Runnable load) {
    Map<String, URL[]> found;
    Path file;
    String signature;
    int known;
    try {
      found = found(loader);
      file = ((File) loader.getMethod("getCacheDir").invoke(null))
          .toPath()
          .resolve("keras4j-" + name + ".found");
      signature = signature(classPath);
      for (Map.Entry<String, URL[]> e : read(file, signature).entrySet()) {
        found.putIfAbsent(e.getKey(), e.getValue());
      }
      known = found.size();
    } catch (ReflectiveOperationException | IOException | RuntimeException e) {
      LOG.debug("JavaCPP searches for its libraries", e);
      load.run();
      return;
    }
    load.run();
    try {
      if (found.size() != known) { // something was searched for
        write(file, signature, known(found, loaded(loader)));
      }
    } catch (ReflectiveOperationException | IOException | RuntimeException e) {
      LOG.debug("Where libraries are is not kept", e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, URL[]> found(Class<?> loader) throws ReflectiveOperationException {
    Field f = loader.getDeclaredField(FOUND);
    f.setAccessible(true);
    return (Map<String, URL[]>) f.get(null);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> loaded(Class<?> loader) throws ReflectiveOperationException {
    return (Map<String, String>) loader.getMethod("getLoadedLibraries").invoke(null);
  }

  /** What can be relied on: places in jars, and that there is no such library at all. */
  private static Map<String, URL[]> known(Map<String, URL[]> found, Map<String, String> loaded) {
    Set<String> names = loaded.keySet().stream().map(NativeSearch::plain).collect(toSet());
    Map<String, URL[]> out = new TreeMap<>(found);
    out.entrySet().removeIf(e -> e.getValue().length == 0 && names.contains(plain(e.getKey())));
    return out;
  }

  /** {@code "gcc_s"} of {@code "gcc_s@.1#gcc_s@.1"}. */
  private static String plain(String library) {
    return library.split("[@#]", 2)[0];
  }

  /** The class path with the size and the time of each file. */
  private static String signature(String classPath) throws IOException {
    List<String> parts = new ArrayList<>();
    for (String p : classPath.split(File.pathSeparator, -1)) {
      Path path = Path.of(p);
      parts.add(
          Files.isRegularFile(path)
              ? p + "|" + Files.size(path) + "|"
                  + Files.getLastModifiedTime(path).toMillis()
              : p);
    }
    return String.join(File.pathSeparator, parts);
  }

  private static Map<String, URL[]> read(Path file, String signature) throws IOException {
    Map<String, URL[]> out = new HashMap<>();
    if (!Files.isRegularFile(file)) {
      return out;
    }
    try (BufferedReader r = Files.newBufferedReader(file)) {
      if (!signature.equals(r.readLine())) {
        return out;
      }
      for (String line; (line = r.readLine()) != null; ) {
        String[] parts = line.split(String.valueOf(TAB), -1);
        URL[] urls = new URL[parts.length - 1];
        for (int i = 0; i < urls.length; i++) {
          urls[i] = new URL(parts[i + 1]);
        }
        out.put(parts[0], urls);
      }
    }
    return out;
  }

  private static void write(Path file, String signature, Map<String, URL[]> found)
      throws IOException {
    Stream<String> lines = found.entrySet().stream()
        .map(e -> Stream.concat(Stream.of(e.getKey()), Arrays.stream(e.getValue()))
            .map(String::valueOf)
            .collect(Collectors.joining(String.valueOf(TAB))));
    String text =
        Stream.concat(Stream.of(signature), lines).collect(Collectors.joining("\n", "", "\n"));
    AtomicFile.writeString(file, text);
  }
}
