package org.keras4j.saving.internal.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jhdf.HdfFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.io.ReadLimits;

/** What is written is read again, by this library and by another one. */
class H5WriterTest {
  @TempDir
  Path folder;

  private static Map<String, NDArray> arrays() {
    Map<String, NDArray> out = new LinkedHashMap<>();
    for (DType d : DType.values()) {
      if (!d.isComplex() && d != DType.STRING) {
        NDArray a = NDArray.zeros(d, Shape.of(2, 3));
        for (int i = 0; i < 6; i++) {
          a.setLong(i, i % 2 == 0 ? i : 1);
        }
        out.put(d.kerasName(), a);
      }
    }
    out.put("scalar", NDArray.scalar(DType.FLOAT32, 2.5));
    out.put("empty", NDArray.zeros(DType.FLOAT32, Shape.of(0, 4)));
    out.put("large", NDArray.zeros(DType.FLOAT32, Shape.of(100, 1000)));
    return out;
  }

  private Path write(Map<String, NDArray> arrays) throws IOException {
    H5Writer w = new H5Writer();
    w.group("nothing/below");
    w.attribute("layers/\u00fcber", "name", "\u00fcber");
    w.attribute("layers/\u00fcber", "none", "");
    arrays.forEach((n, a) -> w.dataset("layers/\u00fcber", n, a.dtype(), a.shape(), () -> a));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    w.write(out);
    assertEquals(w.size(), out.size());
    return Files.write(folder.resolve("written.h5"), out.toByteArray());
  }

  @Test
  void everyDtypeComesBack() throws IOException {
    Path path = write(arrays());
    try (FileBytes file = FileBytes.open(path)) {
      H5Group root = H5Reader.open(file, ReadLimits.defaults());
      H5Group g = Objects.requireNonNull(root.find("layers/\u00fcber"));
      assertEquals(arrays().keySet(), g.names());
      for (Map.Entry<String, NDArray> e : arrays().entrySet()) {
        assertEquals(
            e.getValue(),
            Objects.requireNonNull(g.dataset(e.getKey())).read(e.getValue().dtype()),
            e.getKey());
      }
      assertEquals(1, Objects.requireNonNull(root.find("nothing")).names().size());
    }
  }

  @Test
  void anotherLibraryReadsIt() throws IOException {
    Map<String, NDArray> arrays = arrays();
    NDArray opaque = arrays.remove("bfloat16"); // at which that library fails
    assertEquals(DType.BFLOAT16, opaque.dtype());
    Path path = write(arrays);
    try (HdfFile h5 = new HdfFile(path)) {
      String at = "/layers/\u00fcber/";
      assertEquals(
          "\u00fcber", h5.getByPath("/layers/\u00fcber").getAttribute("name").getData());
      assertArrayEquals(new float[][] {{0, 1, 2}, {1, 4, 1}}, (float[][])
          h5.getDatasetByPath(at + "float32").getData());
      assertArrayEquals(new double[][] {{0, 1, 2}, {1, 4, 1}}, (double[][])
          h5.getDatasetByPath(at + "float64").getData());
      assertArrayEquals(new int[][] {{0, 1, 2}, {1, 4, 1}}, (int[][])
          h5.getDatasetByPath(at + "int32").getData());
      assertArrayEquals(new int[][] {{0, 1, 2}, {1, 4, 1}}, (int[][])
          h5.getDatasetByPath(at + "uint16").getData());
      assertEquals(2.5f, h5.getDatasetByPath(at + "scalar").getData());
    }
  }

  @Test
  void whatHdf5DoesNotHaveIsRefusedAtOnce() {
    H5Writer w = new H5Writer();
    NDArray a = NDArray.zeros(DType.COMPLEX64, Shape.of(1));
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class, () -> w.dataset("g", "a", a.dtype(), a.shape(), () -> a));
    assertEquals("Weights of dtype complex64 cannot be saved as HDF5", e.getMessage());
    String name = "n".repeat(70_000);
    w.group(name);
    assertThrows(IllegalArgumentException.class, w::size);
  }

  @Test
  void arraysThatAreNotAsAnnouncedAreAnError() {
    H5Writer w = new H5Writer();
    w.dataset("g", "a", DType.FLOAT32, Shape.of(2), () -> NDArray.of(new float[3]));
    assertThrows(IllegalStateException.class, () -> w.write(new ByteArrayOutputStream()));
  }
}
