package org.keras4j.tck.programs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;

/** Programs that other frameworks exported, and what these recorded of them. */
final class Programs {
  /** The files of a SavedModel. */
  static final List<String> SAVED_MODEL = List.of(
      "saved_model.pb",
      "fingerprint.pb",
      "variables/variables.index",
      "variables/variables.data-00000-of-00001");

  private Programs() {}

  /** A copy of a resource. */
  static Path file(String name, Path dir) throws IOException {
    Path target = dir.resolve(name);
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    try (InputStream in = Objects.requireNonNull(Programs.class.getResourceAsStream(name), name)) {
      Files.write(target, in.readAllBytes());
    }
    return target;
  }

  static Map<String, NDArray> recorded(String name, Path dir) throws IOException {
    return Npz.read(file(name, dir));
  }

  static void close(NDArray expected, NDArray got) {
    assertEquals(expected.shape(), got.shape());
    assertArrayEquals(expected.toFloatArray(), got.toFloatArray(), 2e-5f);
  }
}
