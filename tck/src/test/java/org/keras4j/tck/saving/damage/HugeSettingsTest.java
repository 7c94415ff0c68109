package org.keras4j.tck.saving.damage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every number in the configs of the corpus, and every null, becomes a large one, one at a time: the model is made or refused
 * in seconds, within the heap, and not by accident. {@code -Dkeras4j.huge=1} tries all of them, by default every 40th is.
 */
@Tag("pytorch")
class HugeSettingsTest {
  private static final int STRIDE = Integer.getInteger("keras4j.huge", 40);
  private static final List<Integer> SIZES = List.of(Integer.MAX_VALUE, 1 << 30, 1_000_003, 30_011);

  @TempDir
  Path folder;

  @Test
  void areMadeOrRefused() throws IOException {
    List<String> complaints = new ArrayList<>();
    int number = 0;
    for (Good g : Good.models(folder)) {
      List<Archive.Entry> entries = new ArrayList<>(Archive.entries(g.bytes()));
      int config = entries.stream().map(Archive.Entry::name).toList().indexOf("config.json");
      ConfigTree tree = new ConfigTree(entries.get(config).content());
      for (ConfigTree.Place p : tree.places()) {
        Object before = p.get();
        if (before != null && !(before instanceof Integer)) {
          continue;
        }
        for (int size : SIZES) {
          if (number++ % STRIDE != 0) {
            continue;
          }
          p.set(size);
          entries.set(config, new Archive.Entry("config.json", tree.bytes()));
          p.set(before);
          Path file = folder.resolve("huge.keras");
          Files.write(file, Archive.of(entries, true));
          String complaint = g.complaint(file);
          if (!complaint.isEmpty()) {
            complaints.add(g.name() + " " + p + " = " + size + ": " + complaint);
          }
        }
      }
    }
    assertEquals("", String.join("\n", complaints.subList(0, Math.min(40, complaints.size()))));
  }
}
