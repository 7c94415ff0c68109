package org.keras4j.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;

class ReplayTest {
  @Test
  void numbersAgreeWithinTheTolerancesOnly() {
    Agreement a = new Agreement(true, 1);
    NDArray e = NDArray.of(new float[] {1, Float.NaN, Float.POSITIVE_INFINITY});
    assertNull(
        a.difference(NDArray.of(new float[] {1.00009f, Float.NaN, Float.POSITIVE_INFINITY}), e));
    assertNotEquals(
        null,
        a.difference(NDArray.of(new float[] {1.001f, Float.NaN, Float.POSITIVE_INFINITY}), e));
    assertNotEquals(null, a.difference(NDArray.of(new float[] {1, 0, Float.POSITIVE_INFINITY}), e));
    assertNotEquals(null, a.difference(NDArray.of(new float[] {1, Float.NaN, 3}), e));
    assertNotEquals(null, a.difference(NDArray.of(new float[] {1}), e));
    assertNotEquals(null, a.difference(NDArray.of(new int[] {1}), NDArray.of(new float[] {1})));
    assertNull(new Agreement(true, 1).difference(List.of(2, 3), List.of(2, 3)));
    assertNotEquals(null, a.difference(List.of(2), List.of(2, 3)));
  }

  /**
   * Replays the cases that come with the kit, or those of the folder that the system property keras4j.conformance
   * names.
   */
  @Test
  void recordedCasesAgree() throws Exception {
    String property = System.getProperty("keras4j.conformance");
    Replay replay = property == null ? Replay.builtIn() : Replay.of(Path.of(property));
    List<String> failed = new ArrayList<>();
    Replay.Summary summary = replay
        .listener(o -> {
          if (o.status() == Outcome.Status.FAILED) {
            failed.add(o.of() + " " + o.messages());
          }
        })
        .run();
    System.out.println("Recorded calls of Keras on " + Keras.backend().name() + ": " + summary);
    assertEquals(List.of(), failed);
    assertEquals(0, summary.skipped());
  }

  @Test
  void theKitHasACaseOfEachRecordedName() throws Exception {
    Map<String, Long> byCategory = new TreeMap<>();
    for (String c : Corpus.builtIn().categories()) {
      byCategory.put(
          c, Corpus.builtIn().cases(c).stream().map(Case::name).distinct().count());
    }
    long all = byCategory.values().stream().mapToLong(Long::longValue).sum();
    assertTrue(all >= 583, () -> "names with cases: " + byCategory);
  }

  @Test
  void toleranceOfItsOwnHasAReasonAndIsRare() {
    assertTrue(OwnTolerances.entries().size() <= 6);
    OwnTolerances.entries().forEach((id, e) -> {
      assertTrue(id.matches("[0-9a-f]{16}"), id);
      assertTrue(e.distances().values().stream().allMatch(d -> 2 * d > 1), id);
      assertTrue(e.reason().length() > 40, id);
    });
  }
}
