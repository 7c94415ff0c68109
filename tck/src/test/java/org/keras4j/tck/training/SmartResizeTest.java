package org.keras4j.tck.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.ops.Ops;
import org.keras4j.training.data.Images;

/** Pictures in other sizes, cut so that nothing is distorted, as keras.preprocessing.image.smart_resize makes them (scripts/record_data.py). */
class SmartResizeTest {
  private static final double TOLERANCE = 0.02; // of values up to 255

  @TempDir
  Path folder;

  @Test
  void picturesAreKerass() throws IOException {
    Path file = folder.resolve("g.npz");
    try (InputStream in = SmartResizeTest.class.getResourceAsStream("smart_resize.npz")) {
      Files.copy(in, file);
    }
    Map<String, NDArray> golden = Npz.read(file);
    int checked = 0;
    for (Map.Entry<String, NDArray> e : golden.entrySet()) {
      String[] p = e.getKey().split("_");
      if (!p[0].equals("out")) {
        continue;
      }
      NDArray x = golden.get("in_" + p[1]);
      int h = Integer.parseInt(p[3]);
      int w = Integer.parseInt(p[4]);
      close(e.getValue(), Images.smartResize(x, h, w, p[2], "channels_last"), e.getKey());
      if (p[2].equals("bilinear")) {
        int[] first = x.rank() == 3 ? new int[] {2, 0, 1} : new int[] {0, 3, 1, 2};
        int[] last = x.rank() == 3 ? new int[] {1, 2, 0} : new int[] {0, 2, 3, 1};
        NDArray turned = Ops.transpose(x, first).toNDArray();
        NDArray found = Images.smartResize(turned, h, w, p[2], "channels_first");
        close(e.getValue(), Ops.transpose(found, last).toNDArray(), e.getKey() + " first");
      }
      checked++;
    }
    assertEquals(60, checked);
  }

  private static void close(NDArray expected, NDArray found, String what) {
    assertEquals(expected.shape(), found.shape(), what);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.getDouble(i), found.getDouble(i), TOLERANCE, what + " [" + i + "]");
    }
  }
}
