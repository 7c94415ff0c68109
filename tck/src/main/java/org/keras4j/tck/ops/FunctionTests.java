package org.keras4j.tck.ops;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.TensorScope;
import org.keras4j.tck.kit.KitOptions;
import org.keras4j.tck.kit.KitTest;

/** A test for each function, of several draws. */
final class FunctionTests {
  private FunctionTests() {}

  /** What is tried of one function with one draw. */
  @FunctionalInterface
  interface Trial {
    /** What is wrong, in words; null if nothing is. */
    @Nullable
    String of(String function, int draw);
  }

  static List<KitTest> of(KitOptions options, int ordinary, Trial trial) {
    List<KitTest> out = new ArrayList<>();
    int[] draws = options.drawn(ordinary);
    for (String function : options.functions()) {
      out.add(new KitTest(function, () -> run(function, draws, trial)));
    }
    return out;
  }

  private static void run(String function, int[] draws, Trial trial) {
    List<String> wrong = new ArrayList<>();
    for (int i : draws) {
      String d;
      try (TensorScope scope = new TensorScope()) {
        d = trial.of(function, i);
      } catch (RuntimeException e) {
        d = e.toString();
      }
      if (d != null) {
        wrong.add(function + " #" + i + " " + d);
      }
    }
    if (!wrong.isEmpty()) {
      throw new AssertionError(String.join("\n", wrong));
    }
  }
}
