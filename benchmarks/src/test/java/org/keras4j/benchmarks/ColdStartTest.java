package org.keras4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColdStartTest {
  @Test
  void readsWhatTheProgramPrints() {
    assertArrayEquals(
        new double[] {10, 20, 30, 41},
        ColdStart.times(List.of("words", "cold-start 1010 1020 1030 1041 (1, 10)"), 1000));
    assertNull(ColdStart.times(List.of("Error: no backend"), 1000));
  }

  @Test
  void setsItsOwnOptions() {
    assertEquals(
        List.of("-Xmx1g", "-Dx=y"),
        ColdStart.inherited(
            List.of("-Xmx1g", "-XX:SharedArchiveFile=a", "-Dkeras4j.backend=xla", "-Dx=y")));
  }
}
