package org.keras4j.backend.xla.runtime.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class ArenaConfigTest {
  @Test
  void aShareIsTheNumberOfThreads() {
    assertArrayEquals(new byte[] {0x28, 1}, Arena.config(0));
    assertArrayEquals(new byte[] {0x10, 3, 0x28, 1}, Arena.config(3));
    assertArrayEquals(new byte[] {0x10, (byte) 0xAC, 2, 0x28, 1}, Arena.config(300));
  }
}
