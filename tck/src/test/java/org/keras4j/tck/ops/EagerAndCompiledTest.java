package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.engine.ArrayLike;
import org.keras4j.ops.engine.Jit;
import org.keras4j.tck.draws.Dice;
import org.keras4j.tck.draws.Draw;
import org.keras4j.tck.draws.Draws;

/**
 * Every function, on random arguments, gives eagerly and compiled the same. The system property {@code
 * keras4j.draws} says how often each is tried.
 */
class EagerAndCompiledTest {
  private static final int TIMES = Integer.getInteger("keras4j.draws", 10);
  private static final String ONLY = System.getProperty("keras4j.draws.only", "");

  @Test
  void givesTheSame() {
    List<String> wrong = new ArrayList<>();
    // each kernel of XLA is compiled first
    boolean slow =
        Keras.backend().name().equals("xla") && System.getProperty("keras4j.draws") == null;
    int times = slow ? 2 : TIMES;
    for (String function : Draws.functions()) {
      if (!function.contains(ONLY)) {
        continue;
      }
      for (int i = 0; i < times; i++) {
        Draw draw = Draws.of(function, Dice.of(31L * i + function.hashCode()));
        try (TensorScope scope = new TensorScope()) {
          String d = difference(function, draw);
          if (d != null) {
            wrong.add(function + " " + draw + ": " + d);
          }
        } catch (RuntimeException e) {
          wrong.add(function + " " + draw + ": " + e);
        }
      }
    }
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
  }

  private static String difference(String function, Draw draw) {
    List<Object> tensors = new ArrayList<>();
    draw.arrays().forEach(a -> tensors.add(ArrayLike.tensor(a)));
    Object eager = draw.replaced(tensors).call(function);
    if (tensors.isEmpty() || draw.byValues()) {
      return null;
    }
    Jit jit = Jit.of(in -> Results.structure(draw.replaced((List<?>) in).call(function)));
    return Results.difference(function, draw, jit.call(tensors), eager);
  }
}
