package org.keras4j.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Builds and runs projects outside of this build, with its artifacts in a local repository of their own. */
final class Workshop {
  private static final List<String> MODULES = List.of(
      "bom",
      "registry-processor",
      "core-api",
      "ops",
      "backend-pytorch",
      "backend-tensorflow",
      "backend-xla",
      "layers",
      "training",
      "models",
      "saving",
      "tck");
  private static final long MINUTES = 8;
  private static final boolean WINDOWS = File.separatorChar == '\\';

  private final Path folder;
  private final Path repository;

  /** Makes the repository, in a folder that is emptied first. */
  Workshop(Path folder) throws IOException {
    this.folder = folder;
    delete(folder);
    Files.createDirectories(folder);
    this.repository = folder.resolve("repository");
    linkRepository(Path.of(property("consumers.repository")));
    String version = property("consumers.version");
    install("keras4j-parent", version, root().resolve("pom.xml"), null);
    for (String m : MODULES) {
      String name = "keras4j-" + m;
      Path jar = root().resolve(m).resolve("target").resolve(name + "-" + version + ".jar");
      install(name, version, root().resolve(m).resolve("pom.xml"), m.equals("bom") ? null : jar);
    }
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name + " is set by the build");
  }

  /** The top of the checkout. */
  static Path root() {
    Path p = Path.of("").toAbsolutePath();
    while (!Files.exists(p.resolve("mvnw"))) {
      p = p.getParent();
    }
    return p;
  }

  /** What others publish is taken from the repository at hand, and kept there; only our own lies apart. */
  private void linkRepository(Path known) throws IOException {
    Files.createDirectories(repository.resolve("org"));
    for (Path level : List.of(known, known.resolve("org"))) {
      try (Stream<Path> entries = Files.list(level)) {
        for (Path e : entries.toList()) {
          Path link = repository.resolve(known.relativize(e));
          if (!Files.exists(link) && !e.endsWith("keras4j")) {
            Files.createSymbolicLink(link, e);
          }
        }
      } catch (UnsupportedOperationException | IOException e) {
        if (!WINDOWS) {
          throw e;
        }
        return; // links are a privilege there: Maven fetches all anew
      }
    }
  }

  private void install(String name, String version, Path pom, Path jar) throws IOException {
    Path to = repository.resolve("org/keras4j").resolve(name).resolve(version);
    Files.createDirectories(to);
    Files.copy(pom, to.resolve(name + "-" + version + ".pom"), StandardCopyOption.REPLACE_EXISTING);
    if (jar != null) {
      assertTrue(Files.exists(jar), () -> jar + " is not there: run the phase verify");
      Files.copy(
          jar, to.resolve(name + "-" + version + ".jar"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Copies a folder of projects to where they are built. */
  Path copy(Path projects) throws IOException {
    Path to = folder.resolve(projects.getFileName().toString());
    try (Stream<Path> files = Files.walk(projects)) {
      for (Path f : files.toList()) {
        Path target = to.resolve(projects.relativize(f).toString());
        if (Files.isDirectory(f)) {
          Files.createDirectories(target);
        } else {
          Files.copy(f, target);
        }
      }
    }
    return to;
  }

  /** An empty folder for a project. */
  Path empty(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** Runs the old Maven in a folder, and gives what it printed. */
  String maven(Path in, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    Path bin = Path.of(property("consumers.maven")).resolve("bin");
    command.add(bin.resolve(WINDOWS ? "mvn.cmd" : "mvn").toString());
    command.addAll(List.of("-B", "-e", "-Dmaven.repo.local=" + repository));
    if (property("consumers.mode").equals("offline=true")) {
      command.add("-o");
    }
    command.addAll(List.of(arguments));
    Printed p = run(in, command);
    assertEquals(0, p.status(), () -> command + " failed:\n" + p.text());
    return p.text();
  }

  /** Runs a program. */
  Printed run(Path in, List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(in.toFile())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putIfAbsent("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    builder.environment().remove("KERAS_BACKEND");
    builder.environment().remove("MAVEN_ARGS");
    Process process = builder.start();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(command + " did not end:\n" + Files.readString(output));
    }
    return new Printed(
        process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
  }

  /** Runs {@code java} of this JDK, and holds that it ends well and prints a text. */
  void java(Path in, String expected, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Printed p = run(in, command);
    assertEquals(0, p.status(), () -> command + " failed:\n" + p.text());
    assertTrue(p.text().contains(expected), () -> command + " printed:\n" + p.text());
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) { // follows no links
      for (Path f : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(f);
      }
    }
  }

  /** The end of a program: its exit status, and what it printed. */
  record Printed(int status, String text) {}
}
