package org.keras4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher asks of the JVM; a script that prints its arguments takes the JVM's place. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir
  private Path folder;

  private Path home;
  private Path cache;

  @BeforeEach
  void makeAnInstallation() throws IOException {
    folder = folder.toRealPath();
    home = folder.resolve("home");
    cache = folder.resolve("cache");
    Files.createDirectories(home.resolve("cli/target/lib"));
    Files.createDirectories(home.resolve("cli/target/classes"));
    Files.writeString(home.resolve("cli/target/keras4j-cli-1.jar"), "jar");
    Files.writeString(home.resolve("cli/target/lib/a.jar"), "a");
    Files.createDirectories(home.resolve("bin"));
    Files.copy(launcher(), home.resolve("bin/keras4j"));
    Path java = folder.resolve("jdk/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, "#!/bin/sh\nfor a in \"$@\"; do echo \"$a\"; done\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
  }

  private static Path launcher() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("bin/keras4j"))) {
      here = here.getParent();
    }
    return here.resolve("bin/keras4j");
  }

  private List<String> run(Map<String, String> environment, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/sh", home.resolve("bin/keras4j") + ""));
    command.addAll(List.of(args));
    ProcessBuilder b = new ProcessBuilder(command).redirectErrorStream(true);
    b.environment().keySet().removeIf(k -> k.startsWith("KERAS") || k.equals("JAVA_OPTS"));
    b.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    b.environment().put("XDG_CACHE_HOME", cache.toString());
    b.environment().putAll(environment);
    Process p = b.start();
    List<String> out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
    assertEquals(0, p.waitFor(), out::toString);
    return out;
  }

  private static String option(List<String> command, String name) {
    return command.stream().filter(a -> a.startsWith(name)).findFirst().orElse("");
  }

  @Test
  void runsTheProgramFromJars() throws Exception {
    List<String> command = run(Map.of(), "doctor", "a b");
    int cp = command.indexOf("-cp");
    assertEquals(
        home + "/cli/target/keras4j-cli-1.jar:" + home + "/cli/target/lib/*", command.get(cp + 1));
    assertEquals(
        List.of("org.keras4j.cli.Main", "doctor", "a b"), command.subList(cp + 2, command.size()));
    assertTrue(command.contains("-Dkeras4j.home=" + home), command::toString);
  }

  @Test
  void archivesClassesOnceAndThenUsesThem() throws Exception {
    assertEquals("", option(run(Map.of(), "replay", "x"), "-XX:"));

    String writes =
        option(run(Map.of(), "predict", "--backend", "xla"), "-XX:ArchiveClassesAtExit=");
    Path archive = Path.of(writes.substring(writes.indexOf('=') + 1));
    assertTrue(archive.startsWith(cache), writes);

    // while the first one still runs, another leaves it alone
    List<String> second = run(Map.of(), "predict", "--backend=xla");
    assertEquals("", option(second, "-XX:ArchiveClassesAtExit"));
    assertEquals("", option(second, "-XX:SharedArchiveFile"));

    Files.writeString(archive, "classes");
    String uses = "-XX:SharedArchiveFile=" + archive;
    assertTrue(run(Map.of(), "predict", "--backend", "xla").contains(uses));
    assertTrue(run(Map.of("KERAS_BACKEND", "xla"), "replay", "x").contains(uses));
    assertEquals(
        "", option(run(Map.of("KERAS_BACKEND", "pytorch"), "replay"), "-XX:SharedArchiveFile"));

    Files.writeString(home.resolve("cli/target/lib/a.jar"), "another build");
    String again =
        option(run(Map.of(), "predict", "--backend", "xla"), "-XX:ArchiveClassesAtExit=");
    assertFalse(again.isEmpty() || again.equals(writes), again);
    assertFalse(Files.exists(archive), "the former build's archive is still there");
  }

  @Test
  void leavesArchivesAloneWhereTheyMightNotWork() throws Exception {
    List<Map<String, String>> environments = List.of(
        Map.of("KERAS4J_CDS", "off"),
        Map.of("KERAS4J_CLASSPATH", "/some/classes"),
        Map.of("JAVA_OPTS", "-Xshare:off"),
        Map.of("XDG_CACHE_HOME", folder.resolve("with space").toString()),
        Map.of("XDG_CACHE_HOME", "relative"));
    for (Map<String, String> e : environments) {
      List<String> command = run(e, "predict");
      assertEquals("", option(command, "-XX:ArchiveClassesAtExit"), e::toString);
    }
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"11.0.1\"\n");
    assertEquals("", option(run(Map.of(), "predict"), "-XX:ArchiveClassesAtExit"));
  }
}
