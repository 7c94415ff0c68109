package org.keras4j.tck.saving.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real files, changed in thousands of ways that are drawn: each is read, or refused with an exception of this library
 * that names the file and says in words what is wrong, in seconds and within the heap.
 *
 * <p>The models are those whose configs real Keras saved ({@code scripts/make_config_corpus.py}). System properties: {@code
 * keras4j.damage}, how many files are changed; {@code keras4j.damage.from}, the number of the first, each number being one
 * change; {@code keras4j.damage.keep}, a folder for files that are not read as they should be.
 */
@Tag("pytorch")
class DamagedFilesTest {
  private static final int FROM = Integer.getInteger("keras4j.damage.from", 0);
  private static final int COUNT = Integer.getInteger("keras4j.damage", 1000);
  private static final String KEEP = System.getProperty("keras4j.damage.keep", "");
  private static final int SHOWN = 40;
  private static final int LINE = 400;

  @TempDir
  Path folder;

  @Test
  void isReadOrRefused() throws IOException {
    List<Good> files = Good.all(folder);
    TreeSet<String> classNames = new TreeSet<>();
    for (Good g : files) {
      Path file = folder.resolve("unchanged" + g.suffix());
      Files.write(file, g.bytes());
      g.read(file);
      assertEquals("", g.complaint(file), g.name());
      if (g.suffix().equals(".keras")) {
        for (Archive.Entry e : Archive.entries(g.bytes())) {
          if (e.name().equals("config.json")) {
            classNames.addAll(new ConfigTree(e.content()).classNames());
          }
        }
      }
    }
    Map<String, String> complaints = new LinkedHashMap<>();
    for (int i = FROM; i < FROM + COUNT; i++) {
      Dice dice = new Dice(i);
      Good g = dice.of(files);
      Path file = folder.resolve("damaged" + g.suffix());
      Files.write(file, g.damaged(new Damage(dice, List.copyOf(classNames))));
      String complaint = g.complaint(file);
      if (!complaint.isEmpty()) {
        String kind = complaint.replaceAll("\\d{4,}|'[^']*'", "*");
        complaints.putIfAbsent(kind, i + " (" + g.name() + "): " + complaint);
        if (!KEEP.isEmpty()) {
          Path kept = Files.createDirectories(Path.of(KEEP)).resolve(i + "-" + file.getFileName());
          Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    List<String> shown = complaints.values().stream()
        .limit(SHOWN)
        .map(s -> s.substring(0, Math.min(LINE, s.length())))
        .toList();
    assertTrue(shown.isEmpty(), () -> complaints.size() + " kinds:\n" + String.join("\n", shown));
  }
}
