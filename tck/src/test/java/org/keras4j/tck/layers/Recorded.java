package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.npy.Npz;
import org.keras4j.ops.Ops;

/** Arrays that real Keras computed, from a file beside the tests. */
final class Recorded {
  private final Map<String, NDArray> arrays;

  private Recorded(Map<String, NDArray> arrays) {
    this.arrays = arrays;
  }

  static Recorded read(String name) throws IOException {
    Path file = Files.createTempFile("recorded", ".npz");
    try (InputStream in = Objects.requireNonNull(Recorded.class.getResourceAsStream(name), name)) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return new Recorded(Npz.read(file));
    } finally {
      Files.delete(file);
    }
  }

  private NDArray array(String key) {
    return Objects.requireNonNull(arrays.get(key), key);
  }

  /** The array of a key. */
  Tensor of(String key) {
    return Ops.convertToTensor(array(key));
  }

  /** Fails unless a tensor is the array of a key. */
  void same(String key, Tensor found) {
    same(key, found, 1e-4);
  }

  /** Likewise, with a tolerance of one's own, absolute and relative. */
  void same(String key, Tensor found, double tolerance) {
    NDArray a = array(key);
    NDArray b = found.toNDArray();
    assertEquals(a.shape(), b.shape(), key);
    for (int i = 0; i < a.size(); i++) {
      double x = a.getDouble(i);
      int at = i;
      assertEquals(
          x, b.getDouble(i), tolerance + tolerance * Math.abs(x), () -> key + ", element " + at);
    }
  }
}
