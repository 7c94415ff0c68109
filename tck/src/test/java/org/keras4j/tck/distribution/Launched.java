package org.keras4j.tck.distribution;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.distribution.Launcher;

/**
 * What several processes of {@link Worker} came to.
 *
 * @param code the exit code of the first that failed, or 0
 * @param text all that they printed
 */
record Launched(int code, String text) {
  static List<String> command(String... args) {
    List<String> c = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx512m",
        "-Dkeras4j.backend=" + System.getProperty("keras4j.backend", "pytorch"),
        "-Dkeras4j.xla.flags=" + System.getProperty("keras4j.xla.flags", ""),
        "-cp",
        System.getProperty("java.class.path"),
        Worker.class.getName()));
    c.addAll(List.of(args));
    return c;
  }

  /** On this machine alone. */
  static Launched run(int n, String... args) throws Exception {
    return run(new Launcher(n, command(args)));
  }

  static Launched run(Launcher launcher) throws Exception {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(text, true, StandardCharsets.UTF_8);
    int code = launcher.grace(Duration.ofSeconds(30)).run(to, to);
    return new Launched(code, text.toString(StandardCharsets.UTF_8));
  }
}
