package org.keras4j.core.spi;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NativeHeapTest {
  @Test
  void whoeverChoseAnAllocatorKeepsIt() {
    assertTrue(NativeHeap.isChosen(Map.of("GLIBC_TUNABLES", "glibc.malloc.mmap_max=7")));
    assertTrue(NativeHeap.isChosen(Map.of("LD_PRELOAD", "libjemalloc.so.2")));
    assertTrue(NativeHeap.isChosen(Map.of("MALLOC_TRIM_THRESHOLD_", "1000")));
    assertFalse(NativeHeap.isChosen(Map.of("HOME", "/", "MALLOCATION", "1")));
  }
}
