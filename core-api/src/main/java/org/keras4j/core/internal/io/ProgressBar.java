package org.keras4j.core.internal.io;

import java.io.PrintStream;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The bar that Keras draws while a file is fetched: one line, drawn anew. */
final class ProgressBar {
  private static final int WIDTH = 20;
  private static final long NANOS_BETWEEN = 100_000_000L;
  private static final double NANOS = 1e9;

  private final PrintStream out;
  private final long total;
  private final long start = System.nanoTime();
  private long drawn = start - NANOS_BETWEEN;

  /** Of so many bytes; -1 if that is not known. */
  ProgressBar(PrintStream out, @Nullable URI origin, long total) {
    this.out = out;
    this.total = total;
    out.println("Downloading data from " + origin);
  }

  void at(long done) {
    long now = System.nanoTime();
    if (now - drawn < NANOS_BETWEEN) {
      return;
    }
    drawn = now;
    draw(done, now);
  }

  void end(long done) {
    draw(done, System.nanoTime());
    out.println();
    out.flush();
  }

  private void draw(long done, long now) {
    double seconds = (now - start) / NANOS;
    String line;
    if (total < 0) {
      line = String.format(Locale.ROOT, "\r%d/Unknown %.0fs", done, seconds);
    } else {
      int filled = total == 0 ? WIDTH : (int) (done * (double) WIDTH / total);
      line = String.format(
          Locale.ROOT,
          "\r%d/%d %s%s %.0fs",
          done,
          total,
          "\u2501".repeat(filled),
          " ".repeat(WIDTH - filled),
          seconds);
    }
    out.print(line);
    out.flush();
  }
}
