package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that ask for much: each is refused, or read, by a process with a heap of 1 GB and in seconds. */
@Tag("pytorch")
class SmallFilesTest {
  private static final long MOST_MILLIS = 60_000; // of a machine that does other things too

  @TempDir
  Path folder;

  @Test
  void areRefusedOrReadWithinAGigabyte() throws IOException, InterruptedException {
    Map<String, String> expected = new SmallFiles(folder).make();
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx1g",
        "-XX:TieredStopAtLevel=1",
        "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("temporary")),
        "-Dkeras4j.backend=pytorch",
        "-cp",
        System.getProperty("java.class.path"),
        SmallFiles.class.getName()));
    expected.keySet().forEach(n -> command.add(folder.resolve(n).toString()));
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, p.waitFor(), said);
    Map<String, String> outcomes = new TreeMap<>();
    said.lines().filter(l -> l.startsWith("SMALL\t")).forEach(l -> {
      String[] parts = l.split("\t", -1);
      assertTrue(Long.parseLong(parts[2]) < MOST_MILLIS, l);
      outcomes.put(parts[1], parts[3]);
    });
    expected.forEach((name, reason) -> {
      String got = outcomes.getOrDefault(name, "nothing: " + said);
      if (reason.isEmpty()) {
        assertEquals("read", got, name);
      } else {
        assertTrue(
            got.startsWith("ModelFileException") || got.startsWith("FileFormatException"),
            name + ": " + got);
        assertTrue(got.contains(reason), name + ": " + got + " lacks " + reason);
      }
    });
  }
}
