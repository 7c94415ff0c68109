package org.keras4j.tck.spi;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.Ops;

/** Memory of large tensors that are gone serves for those that come, instead of going back to the system in between. */
@EnabledOnOs(OS.LINUX)
class FreedMemoryTest {
  private static final int SIZE = 12 << 20;
  private static final int PAGES = SIZE * Float.BYTES / 4096;
  private static final int CALLS = 20;

  @Test
  void pagesAreAskedForOnce() throws IOException {
    try (TensorScope all = new TensorScope()) {
      Tensor x = Ops.ones(Shape.of(SIZE));
      calls(x);
      long before = faults();
      calls(x);
      long pages = faults() - before;
      assertTrue(pages < CALLS * PAGES / 4, pages + " pages for " + CALLS + " results of " + PAGES);
    }
  }

  private static void calls(Tensor x) {
    for (int i = 0; i < CALLS; i++) {
      try (TensorScope each = new TensorScope()) {
        Ops.add(x, 1);
        Keras.backend().synchronize();
      }
    }
  }

  /** Pages that the system has given this process without reading a file. */
  private static long faults() throws IOException {
    String line = Files.readString(Path.of("/proc/self/stat"));
    return Long.parseLong(line.substring(line.lastIndexOf(')') + 2).split(" ")[7]);
  }
}
