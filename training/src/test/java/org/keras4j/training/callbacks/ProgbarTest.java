package org.keras4j.training.callbacks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bar against what Keras prints at the same times, byte for byte. */
class ProgbarTest {
  private final List<String> printed = new ArrayList<>();
  private double clock;

  private static Map<String, Double> numbers(int i) {
    Map<String, Double> m = new LinkedHashMap<>();
    m.put("accuracy", 0.5 + i * 0.0123456);
    m.put("loss", 2.0 / (i + 1) - 0.9999);
    return m;
  }

  private void run(@Nullable Integer target, int verbose, Set<String> averaged, double... pauses) {
    clock = 100;
    Progbar p = new Progbar(target)
        .verbose(verbose)
        .statelessMetrics(averaged)
        .on(printed::add, () -> (long) Math.rint(clock * 1e9));
    for (int i = 0; i < pauses.length; i++) {
      clock += pauses[i];
      p.update(i + 1, numbers(i), false);
    }
    clock += 0.5;
    Map<String, Double> last = numbers(pauses.length);
    last.put("val_loss", 0.00051);
    last.put("z", Double.NaN);
    p.update(target != null ? target : pauses.length, last, true);
  }

  private static double[] times(int n, double pause) {
    double[] d = new double[n];
    Arrays.fill(d, pause);
    return d;
  }

  @Test
  void printsAsKerasDoes() throws IOException {
    run(7, 1, Set.of(), 1.3, 0.02, 0.04, 0.3, 0.0002, 70, 0.1);
    run(120, 1, Set.of("loss"), 0.1, 0.1, 0.1, 0.1, 0.1, 40, 40, 40);
    run(null, 1, Set.of(), times(3, 0.1));
    run(30, 2, Set.of(), times(30, 0.001));
    run(3, 1, Set.of(), times(3, 0.00001));
    List<String> expected;
    try (InputStream in = ProgbarTest.class.getResourceAsStream("progbar.txt")) {
      expected = new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::translateEscapes)
          .toList();
    }
    assertEquals(expected, printed);
  }

  @Test
  void silentPrintsNothing() {
    run(3, 0, Set.of(), times(3, 1));
    assertEquals(List.of(), printed);
  }
}
