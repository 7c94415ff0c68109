package org.keras4j.core.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeSearchTest {
  /** In the place of JavaCPP's, which this module does not know: three libraries, one of them the system's. */
  public static final class Loader {
    static Map<String, URL[]> foundLibraries = new HashMap<>();
    static Map<String, String> loadedLibraries = new HashMap<>();
    static @Nullable File folder;
    static int searches;

    private Loader() {}

    public static @Nullable File getCacheDir() {
      return folder;
    }

    public static Map<String, String> getLoadedLibraries() {
      return new HashMap<>(loadedLibraries);
    }

    static void load() {
      foundLibraries.computeIfAbsent(
          "there@.2", n -> search("jar:file:/a.jar!/x/libthere.so#libthere"));
      foundLibraries.computeIfAbsent("nowhere@.1", n -> search());
      foundLibraries.computeIfAbsent("system@.3", n -> search());
      loadedLibraries.put("system@.3", "libsystem.so.3");
    }

    private static URL[] search(String... urls) {
      searches++;
      URL[] out = new URL[urls.length];
      try {
        for (int i = 0; i < out.length; i++) {
          out[i] = new URL(urls[i]);
        }
      } catch (MalformedURLException e) {
        throw new IllegalStateException(e);
      }
      return out;
    }
  }

  @TempDir
  private Path folder;

  private String classPath = "";

  @BeforeEach
  void start() throws Exception {
    Loader.folder = folder.toFile();
    Path jar = Files.writeString(folder.resolve("a.jar"), "jar");
    classPath = jar + File.pathSeparator + folder.resolve("classes");
    Loader.searches = 0;
    nextJvm();
  }

  private static void nextJvm() {
    Loader.foundLibraries = new HashMap<>();
    Loader.loadedLibraries = new HashMap<>();
  }

  private void load() {
    NativeSearch.remembered(Loader.class, "torch", classPath, Loader::load);
  }

  @Test
  void searchesOnce() {
    load();
    assertEquals(3, Loader.searches);
    Map<String, URL[]> first = Loader.foundLibraries;
    nextJvm();
    load();
    assertEquals(4, Loader.searches, "what the system has is searched again");
    assertEquals(first.keySet(), Loader.foundLibraries.keySet());
    for (String name : first.keySet()) {
      assertArrayEquals(first.get(name), Loader.foundLibraries.get(name));
    }
  }

  @Test
  void searchesAgainWhenTheClassPathIsAnother() throws Exception {
    load();
    nextJvm();
    classPath += File.pathSeparator + "more.jar";
    load();
    assertEquals(6, Loader.searches);
    nextJvm();
    Files.writeString(folder.resolve("a.jar"), "a jar of another size");
    load();
    assertEquals(9, Loader.searches);
  }

  @Test
  void loadsWhateverHappens() throws Exception {
    Path file = folder.resolve("keras4j-torch.found");
    load();
    Files.writeString(file, Files.readAllLines(file).get(0) + "\nthere@.2\tno address\n");
    nextJvm();
    load();
    assertEquals(6, Loader.searches);
    nextJvm();
    Loader.folder = null;
    load();
    assertEquals(9, Loader.searches);
  }

  @Test
  void exceptionsOfLoadingPass() {
    UnsatisfiedLinkError e = assertThrows(
        UnsatisfiedLinkError.class,
        () -> NativeSearch.remembered(Loader.class, "torch", classPath, () -> {
          throw new UnsatisfiedLinkError("no torch");
        }));
    assertTrue(e.getMessage().contains("no torch"));
  }
}
