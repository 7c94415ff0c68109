package org.keras4j.saving.internal.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.io.FileBytes;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** Files that Python's h5py wrote in each of HDF5's versions ({@code scripts/make_hdf5_files.py}). */
class H5ReaderTest {
  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(H5ReaderTest.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static H5Dataset dataset(H5Group root, String path) throws IOException {
    int cut = path.lastIndexOf('/');
    H5Group g = cut < 0 ? root : root.find(path.substring(0, cut));
    assertNotNull(g, path);
    return Objects.requireNonNull(g.dataset(path.substring(cut + 1)), path);
  }

  private static void numbers(H5Group root, String path, long... dims) throws IOException {
    H5Dataset d = dataset(root, path);
    assertEquals(Shape.of(dims), d.shape(), path);
    NDArray a = d.read(DType.FLOAT64);
    for (int i = 0; i < a.size(); i++) {
      assertEquals(i % 100, a.getDouble(i), path + " " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"earliest.h5", "v108.h5", "latest.h5"})
  void everyFormIsRead(String name) throws IOException {
    try (FileBytes file = FileBytes.open(resource(name))) {
      H5Group root = H5Reader.open(file, ReadLimits.defaults());
      for (String d : Objects.requireNonNull(root.find("dtypes")).names()) {
        numbers(root, "dtypes/" + d, 3, 5);
      }
      assertEquals(15, Objects.requireNonNull(root.find("dtypes")).names().size());
      assertArrayEquals(
          new boolean[] {false, true, false, true, false, true, false},
          dataset(root, "bool").read(DType.BOOL).toBooleanArray());
      assertEquals(7, dataset(root, "scalar").read(DType.FLOAT32).item());
      assertEquals(Shape.of(0, 3), dataset(root, "empty").read(DType.FLOAT32).shape());
      NDArray bits = dataset(root, "opaque").read(DType.BFLOAT16);
      assertEquals(5, bits.bytes().getShort(10));
      assertThrows(FileFormatException.class, () -> dataset(root, "opaque").read(DType.FLOAT32));
      assertEquals(Set.of(), Objects.requireNonNull(root.find("nothing")).names());
      numbers(root, "a/b/c/0", 2);
      H5Group many = Objects.requireNonNull(root.find("many"));
      assertEquals(300, many.names().size());
      for (int i = 0; i < 300; i++) {
        NDArray a = dataset(many, String.format("member_%03d", i)).read(DType.INT32);
        assertArrayEquals(new int[] {i}, a.toIntArray());
      }
      numbers(root, "chunked/plain", 7, 9);
      numbers(root, "chunked/gzip", 7, 9);
      numbers(root, "chunked/shuffle", 50);
      numbers(root, "chunked/fletcher", 5, 3, 2);
      numbers(root, "chunked/all", 40);
      numbers(root, "chunked/single", 4, 4);
      numbers(root, "chunked/single_gzip", 4, 4);
      numbers(root, "chunked/thousands", 2100);
      numbers(root, "chunked/early", 6, 6);
      numbers(root, "chunked/implicit", 10);
      numbers(root, "compact", 2, 3);
      NDArray holes = dataset(root, "chunked/holes").read(DType.FLOAT32);
      for (int i = 0; i < 40; i++) {
        assertEquals(i < 20 ? 0 : 1, holes.getDouble(i));
      }
      NDArray unwritten = dataset(root, "chunked/unwritten").read(DType.FLOAT32);
      assertEquals(NDArray.zeros(DType.FLOAT32, Shape.of(10, 4)), unwritten);
      assertNull(root.get("missing"));
      assertNull(root.find("a/b/missing"));
      assertNull(root.find("scalar/x"));
    }
  }

  @Test
  void groupsThatKeepTheOrderOfMembers() throws IOException {
    try (FileBytes file = FileBytes.open(resource("ordered.h5"))) {
      H5Group root = H5Reader.open(file, ReadLimits.defaults());
      assertEquals(20, root.names().size());
      numbers(root, "g19/x", 2);
    }
  }

  /** Newer structures have checksums: no bit of a head can change unseen. */
  @Test
  void changedHeadsAreRefused(@TempDir Path folder) throws IOException {
    byte[] good = Files.readAllBytes(resource("latest.h5"));
    Path path = folder.resolve("changed.h5");
    for (int at = 12; at < 48; at++) {
      byte[] b = good.clone();
      b[at] ^= 1;
      Files.write(path, b);
      try (FileBytes file = FileBytes.open(path)) {
        FileFormatException e = assertThrows(
            FileFormatException.class, () -> H5Reader.open(file, ReadLimits.defaults()));
        assertTrue(e.getMessage().contains("checksum"), e.getMessage());
      }
    }
  }

  @Test
  void structuresAreCounted() throws IOException {
    ReadLimits few = ReadLimits.builder().maxStructureBytes(2000).build();
    try (FileBytes file = FileBytes.open(resource("earliest.h5"))) {
      FileFormatException e = assertThrows(FileFormatException.class, () -> {
        H5Group many = Objects.requireNonNull(H5Reader.open(file, few).find("many"));
        for (String n : many.names()) {
          many.get(n);
        }
      });
      assertTrue(e.getMessage().contains("maxStructureBytes"), e.getMessage());
    }
  }

  @Test
  void arraysAreHeldAgainstTheLimit() throws IOException {
    ReadLimits small = ReadLimits.builder().maxArrayBytes(100).build();
    try (FileBytes file = FileBytes.open(resource("earliest.h5"))) {
      H5Group root = H5Reader.open(file, small);
      numbers(root, "compact", 2, 3);
      FileFormatException e =
          assertThrows(FileFormatException.class, () -> dataset(root, "chunked/plain"));
      assertTrue(e.getMessage().contains("maxArrayBytes"), e.getMessage());
      assertThrows(FileFormatException.class, () -> dataset(root, "dtypes/i1").read(DType.FLOAT64));
    }
  }
}
