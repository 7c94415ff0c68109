package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.tck.draws.Dice;
import org.keras4j.tck.draws.Draw;
import org.keras4j.tck.draws.Draws;

/**
 * Every function, on random arguments, gives eagerly and compiled the same. {@link Profile}
 * says how often each is tried.
 */
class EagerAndCompiledTest {
  @Test
  void givesTheSame() {
    List<String> wrong = new ArrayList<>();
    for (String function : Profile.functions()) {
      for (int i : Profile.draws(10)) {
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
