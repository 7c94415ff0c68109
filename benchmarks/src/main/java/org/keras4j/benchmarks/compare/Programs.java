package org.keras4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program until it ends or its time is over. */
final class Programs {
  private static final int SHOWN = 300;

  private Programs() {}

  /**
   * What it printed.
   *
   * @param rows its lines of JSON
   * @param failure why there may be less than wanted; empty if it ended well
   */
  record Outcome(List<Map<String, Object>> rows, String failure) {}

  static Outcome run(List<String> command, double timeoutSeconds)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("keras4j-bench", ".out");
    Path err = Files.createTempFile("keras4j-bench", ".err");
    try {
      Process p = new ProcessBuilder(command)
          .redirectOutput(out.toFile())
          .redirectError(err.toFile())
          .start();
      String failure = "";
      try {
        if (!p.waitFor((long) (timeoutSeconds * 1000), TimeUnit.MILLISECONDS)) {
          failure = "took more than %.0f s".formatted(timeoutSeconds);
        } else if (p.exitValue() != 0) {
          failure = "exit status " + p.exitValue() + ": " + last(err);
        }
      } finally {
        end(p);
      }
      List<Map<String, Object>> rows = new ArrayList<>();
      for (String line : lines(out)) {
        Map<String, Object> row = Results.parse(line);
        if (row != null) {
          rows.add(row);
        }
      }
      if (rows.isEmpty() && failure.isEmpty()) {
        failure = "printed nothing";
      }
      return new Outcome(rows, failure);
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  private static void end(Process p) throws InterruptedException {
    p.descendants().forEach(ProcessHandle::destroyForcibly);
    p.destroyForcibly();
    p.waitFor(10, TimeUnit.SECONDS);
  }

  private static List<String> lines(Path file) throws IOException {
    return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  private static String last(Path file) throws IOException {
    List<String> lines = lines(file).stream().filter(l -> !l.isBlank()).toList();
    String text = lines.isEmpty() ? "no message" : lines.get(lines.size() - 1);
    return text.length() > SHOWN ? text.substring(0, SHOWN) : text;
  }
}
