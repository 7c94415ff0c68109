package org.keras4j.core.internal.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.npy.Npy;
import org.keras4j.core.npy.Npz;

/** Writing in a process whose files the system allows 256 KiB at most, as on a disk that becomes full. */
class FullDiskTest {
  private static final int ALLOWED_KIB = 256;

  @TempDir
  Path folder;

  /** Writes small arrays, then large ones to the same files. */
  static final class Writing {
    private Writing() {}

    public static void main(String[] args) {
      Path folder = Path.of(args[0]);
      for (int size : new int[] {100, 1_000_000}) {
        NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(size));
        for (int i = 0; i < size; i++) {
          a.setDouble(i, Math.sin(i));
        }
        try {
          Npy.write(folder.resolve("a.npy"), a);
        } catch (IOException e) {
          System.out.println(e);
        }
        try {
          Npz.write(folder.resolve("a.npz"), Map.of("a", a));
        } catch (IOException e) {
          System.out.println(e);
        }
      }
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the limit on files is set by bash's ulimit")
  void leavesTheOldFile() throws Exception {
    Process p = new ProcessBuilder(
            "bash",
            "-c",
            "ulimit -f " + ALLOWED_KIB + "; exec \"$0\" -XX:-UsePerfData -cp \"$1\" '"
                + Writing.class.getName() + "' \"$2\"",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            System.getProperty("java.class.path"),
            folder.toString())
        .redirectErrorStream(true)
        .start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, p.waitFor(), said);
    assertEquals(2, said.lines().count(), said);
    assertTrue(said.lines().allMatch(l -> l.contains(folder + "/a.np")), said);
    assertEquals(Shape.of(100), Npy.read(folder.resolve("a.npy")).shape());
    assertEquals(Shape.of(100), Npz.read(folder.resolve("a.npz")).get("a").shape());
    try (Stream<Path> all = Files.list(folder)) {
      assertEquals(
          List.of("a.npy", "a.npz"),
          all.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }
}
