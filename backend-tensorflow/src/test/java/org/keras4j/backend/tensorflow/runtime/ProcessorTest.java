package org.keras4j.backend.tensorflow.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void readsTheFlagsOfTheFirstCore() {
    assertTrue(
        Processor.hasWideVectors(Stream.of("model name : a", "flags\t: fpu avx512f sha_ni")));
    assertTrue(Processor.hasWideVectors(Stream.of("flags : avx2 avx_vnni")));
    assertFalse(Processor.hasWideVectors(Stream.of("flags : fma avx avx2", "flags : avx512f")));
  }

  @Test
  void takesProcessorsWithoutFlagsAsWide() {
    assertTrue(Processor.hasWideVectors(Stream.of("Features : fp asimd sve")));
  }
}
