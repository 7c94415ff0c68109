package org.keras4j.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Projects as users have them, under {@code consumers/projects}, that know nothing of this build: each builds a model
 * with a layer of its own, trains, saves, loads and serves it. They are built once, by an old Maven.
 */
class ConsumersTest {
  private static final Path TARGET = Workshop.root().resolve("consumers/target");

  private static Workshop workshop;
  private static Path projects;

  @BeforeAll
  static void build() throws Exception {
    workshop = new Workshop(TARGET.resolve("workshop"));
    projects = workshop.copy(Workshop.root().resolve("consumers/projects"));
    workshop.maven(projects, "-q", "package");
  }

  @Test
  void oneJarByShade() throws Exception {
    Path in = projects.resolve("shaded");
    workshop.java(
        in,
        "served on pytorch",
        "-Dkeras4j.backend=pytorch",
        "-jar",
        "target/shaded-1.jar",
        "model.keras");
  }

  @Test
  void jarsNestedBySpringBoot() throws Exception {
    Path in = projects.resolve("nested");
    workshop.java(in, "served on tensorflow", "-jar", "target/nested-1.jar", "model.keras");
  }

  @Test
  void kotlin() throws Exception {
    Path in = projects.resolve("kotlin");
    String path = in.resolve("target/classes")
        + File.pathSeparator
        + String.join(File.pathSeparator, libraries(in));
    workshop.java(in, "served on xla", "-cp", path, "kotlinapp.MainKt", "model.keras");
  }

  /** A named module on a runtime that jlink made of the modules of the JDK that it needs. */
  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow", "xla"})
  void modules(String backend) throws Exception {
    Path in = projects.resolve("modular");
    List<String> command = new ArrayList<>();
    command.add(image(in).resolve("bin").resolve("java").toString());
    command.addAll(List.of("-Dkeras4j.backend=" + backend, "-p", modulePath(in)));
    command.addAll(List.of("-cp", String.join(File.pathSeparator, natives(in))));
    command.addAll(List.of("-m", "modular.app/modular.app.Main", backend + ".keras"));
    Workshop.Printed p = workshop.run(in, command);
    assertEquals(0, p.status(), () -> command + " failed:\n" + p.text());
    assertTrue(p.text().contains("served on " + backend), p.text());
  }

  /** Nothing requires the modules that hold natives: the message says how to ask for them. */
  @Test
  void nativesOnTheModulePathAreAskedFor() throws Exception {
    Path in = projects.resolve("modular");
    String all = modulePath(in) + File.pathSeparator + String.join(File.pathSeparator, natives(in));
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dkeras4j.backend=pytorch",
        "-p",
        all,
        "-m",
        "modular.app/modular.app.Main",
        "asked.keras"));
    Workshop.Printed refused = workshop.run(in, command);
    assertNotEquals(0, refused.status(), refused.text());
    assertTrue(refused.text().contains("need --add-modules org.bytedeco.javacpp."), refused.text());
    String said = refused.text().split("need --add-modules ")[1].split("\\s")[0];
    command.addAll(1, List.of("--add-modules", said));
    Workshop.Printed served = workshop.run(in, command);
    assertEquals(0, served.status(), served.text());
    assertTrue(served.text().contains("served on pytorch"), served.text());
  }

  private static List<String> libraries(Path project) throws IOException {
    String text = Files.readString(project.resolve("target/libraries.txt")).strip();
    return List.of(text.split(File.pathSeparator, -1));
  }

  private static List<String> natives(Path project) throws IOException {
    return libraries(project).stream().filter(ConsumersTest::isNative).toList();
  }

  private static boolean isNative(String jar) {
    return Path.of(jar)
        .getFileName()
        .toString()
        .matches(".*-(linux|macosx|windows|natives-)[-a-z0-9_]*\\.jar");
  }

  private static String modulePath(Path project) throws IOException {
    return Stream.concat(
            Stream.of(project.resolve("target/classes").toString()),
            libraries(project).stream().filter(l -> !isNative(l)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * A runtime of the modules of the JDK that the application needs. The application itself stays on the module path:
   * jHDF, Protocol Buffers and LZ4 are automatic modules, which jlink does not take.
   */
  private static synchronized Path image(Path project) throws IOException {
    Path image = TARGET.resolve("workshop/image");
    if (Files.exists(image)) {
      return image;
    }
    Path[] path = Stream.of(modulePath(project).split(File.pathSeparator, -1))
        .map(Path::of)
        .toArray(Path[]::new);
    Configuration all = Configuration.resolveAndBind(
        ModuleFinder.of(path),
        List.of(Configuration.empty()),
        ModuleFinder.ofSystem(),
        Set.of("modular.app"));
    Set<String> jdk =
        new TreeSet<>(Set.of("jdk.unsupported")); // what automatic modules use, they do not say
    for (ResolvedModule m : all.modules()) {
      if (m.name().startsWith("java.") || m.name().startsWith("jdk.")) {
        jdk.add(m.name());
      }
    }
    // binding asks for all providers of the JDK's own services, which an application does not need
    jdk.removeIf(m ->
        m.startsWith("jdk.") && !List.of("jdk.unsupported", "jdk.management").contains(m));
    int status = ToolProvider.findFirst("jlink")
        .orElseThrow()
        .run(
            System.out,
            System.err,
            "--add-modules",
            String.join(",", jdk),
            "--no-header-files",
            "--no-man-pages",
            "--output",
            image.toString());
    assertEquals(0, status, "jlink of " + jdk);
    return image;
  }
}
