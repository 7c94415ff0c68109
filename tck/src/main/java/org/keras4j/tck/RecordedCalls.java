package org.keras4j.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.tck.kit.KitTest;

/**
 * Calls that were recorded with Python's Keras: those that come with the kit, or those of the folder that the system
 * property {@code keras4j.conformance} names.
 */
public final class RecordedCalls {
  private RecordedCalls() {}

  /** A test for each category. */
  public static List<KitTest> tests() {
    String folder = System.getProperty("keras4j.conformance");
    Corpus corpus = folder == null ? Corpus.builtIn() : Corpus.of(Path.of(folder));
    List<KitTest> out = new ArrayList<>();
    try {
      for (String c : corpus.categories()) {
        out.add(new KitTest(c, () -> agree(folder, c)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out;
  }

  private static void agree(@org.jspecify.annotations.Nullable String folder, String category)
      throws IOException {
    Replay replay = folder == null ? Replay.builtIn() : Replay.of(Path.of(folder));
    List<String> failed = new ArrayList<>();
    Replay.Summary summary = replay
        .category(category)
        .listener(o -> {
          if (o.status() != Outcome.Status.PASSED) {
            failed.add(o.status() + " " + o.of() + " " + o.messages());
          }
        })
        .run();
    if (!failed.isEmpty()) {
      throw new AssertionError(
          "Recorded " + category + ": " + summary + "\n" + String.join("\n", failed));
    }
  }
}
