package org.keras4j.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;

/** Sizes of pictures, every bit as the Python Imaging Library's (scripts/record_resized_pictures.py). */
class PictureResizeTest {
  @TempDir
  Path folder;

  @Test
  void everyFilterInEverySizeIsPillows() throws IOException {
    Path file = folder.resolve("g.npz");
    try (InputStream in = PictureResizeTest.class.getResourceAsStream("resized_pictures.npz")) {
      Files.copy(in, file);
    }
    Map<String, NDArray> golden = Npz.read(file);
    int checked = 0;
    for (Map.Entry<String, NDArray> e : golden.entrySet()) {
      String[] p = e.getKey().split("_");
      if (!p[0].equals("out")) {
        continue;
      }
      Path png = folder.resolve("p.png");
      Images.saveImg(png, golden.get("in_" + p[1]), "channels_last", false);
      String color = p[1].equals("L") ? "grayscale" : p[1].toLowerCase(java.util.Locale.ROOT);
      NDArray got = Images.imgToArray(
          Images.loadImg(
              png, color, Integer.parseInt(p[3]), Integer.parseInt(p[4]), p[2], p[5].equals("1")),
          "channels_last",
          DType.UINT8);
      assertEquals(e.getValue().shape(), got.shape(), e.getKey());
      for (int i = 0; i < got.size(); i++) {
        assertEquals(e.getValue().getLong(i), got.getLong(i), e.getKey() + " [" + i + "]");
      }
      checked++;
    }
    assertEquals(144, checked);
    assertThrows(
        IllegalArgumentException.class,
        () -> Images.loadImg(folder.resolve("p.png"), "rgb", 2, 2, "area", false));
  }
}
