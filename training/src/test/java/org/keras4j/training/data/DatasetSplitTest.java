package org.keras4j.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.npy.Npz;

/** Parts of data, row by row what keras.utils.split_dataset gives (scripts/record_data.py). */
class DatasetSplitTest {
  private static final int ROWS = 11;

  @TempDir
  Path folder;

  private static List<NDArray> data() {
    float[] x = new float[2 * ROWS];
    int[] y = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[2 * i] = 2 * i;
      x[2 * i + 1] = 2 * i + 1;
      y[i] = 100 + i;
    }
    return List.of(NDArray.of(x, ROWS, 2), NDArray.of(y));
  }

  private static @Nullable Number size(String text) {
    return text.equals("None")
        ? null
        : text.contains(".") ? (Number) Double.valueOf(text) : Integer.valueOf(text);
  }

  @Test
  void partsAreKerass() throws IOException {
    Path file = folder.resolve("s.npz");
    try (InputStream in = DatasetSplitTest.class.getResourceAsStream("splits.npz")) {
      Files.copy(in, file);
    }
    Map<String, NDArray> golden = Npz.read(file);
    Set<String> cases = new TreeSet<>();
    for (String key : golden.keySet()) {
      cases.add(key.replaceAll("_(left|right)_[xy]$", ""));
    }
    assertEquals(10, cases.size());
    for (String name : cases) {
      String[] p = name.split("_");
      Long seed = p[2].equals("None") ? null : Long.valueOf(p[2]);
      DatasetSplit s = DatasetSplit.of(data(), size(p[0]), size(p[1]), seed);
      for (int i = 0; i < 2; i++) {
        equal(golden.get(name + "_left_" + "xy".charAt(i)), s.left().get(i), name + " left");
        equal(golden.get(name + "_right_" + "xy".charAt(i)), s.right().get(i), name + " right");
      }
    }
  }

  private static void equal(NDArray expected, NDArray found, String what) {
    assertEquals(expected.shape(), found.shape(), what);
    for (int k = 0; k < expected.size(); k++) {
      assertEquals(expected.getDouble(k), found.getDouble(k), what + " [" + k + "]");
    }
  }

  @Test
  void textsAreSplitToo() {
    NDArray words = NDArray.ofStrings(new String[] {"a", "b", "c"}, Shape.of(3));
    DatasetSplit s = DatasetSplit.of(List.of(words), 1, null, null);
    assertEquals("a", s.left().get(0).getString(0));
    assertEquals("c", s.right().get(0).getString(1));
  }

  private static void refused(String words, @Nullable Number left, @Nullable Number right) {
    String message = assertThrows(
            IllegalArgumentException.class, () -> DatasetSplit.of(data(), left, right, null))
        .getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void partsThatCannotBeAreRefused() {
    refused("must be given", null, null);
    refused("11 samples cannot be split", 0, null);
    refused("11 samples cannot be split", 11, null);
    refused("11 samples cannot be split", 0.9, 0.5);
    refused("11 samples cannot be split", 8, 4);
    refused("11 samples cannot be split", 0.01, null); // would be empty
    refused("a part from 0 to 1", 1.5, null);
    assertThrows(
        IllegalArgumentException.class,
        () -> DatasetSplit.of(
            List.of(NDArray.of(new int[2]), NDArray.of(new int[3])), 0.5, null, null));
    assertThrows(IllegalArgumentException.class, () -> DatasetSplit.of(List.of(), 0.5, null, null));
  }
}
