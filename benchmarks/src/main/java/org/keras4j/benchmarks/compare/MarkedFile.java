package org.keras4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of which one part, between two marks, is written by a program. */
public final class MarkedFile {
  private MarkedFile() {}

  /** Replaces the part of that name, or appends it, with a heading, if the page has none. */
  public static void write(Path file, String name, String heading, String content)
      throws IOException {
    String begin = "<!-- " + name + ": begin -->\n";
    String end = "<!-- " + name + ": end -->\n";
    String page = Files.exists(file) ? Files.readString(file) : "# Benchmarks\n";
    String part = begin + content + end;
    int from = page.indexOf(begin);
    int to = page.indexOf(end);
    if (from >= 0 && to > from) {
      page = page.substring(0, from) + part + page.substring(to + end.length());
    } else {
      page = page.stripTrailing() + "\n\n## " + heading + "\n\n" + part;
    }
    if (file.toAbsolutePath().getParent() != null) {
      Files.createDirectories(file.toAbsolutePath().getParent());
    }
    Files.writeString(file, page);
  }
}
