package org.keras4j.tck.ops;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.tck.draws.Dice;
import org.keras4j.tck.draws.Draw;
import org.keras4j.tck.draws.Draws;
import org.keras4j.tck.kit.KitOptions;
import org.keras4j.tck.kit.KitTest;

/** Every function, on arguments drawn at random, gives eagerly and compiled the same. */
public final class EagerAndCompiled {
  private EagerAndCompiled() {}

  /** A test for each function. */
  public static List<KitTest> tests(KitOptions options) {
    return FunctionTests.of(options, 10, (function, i) -> {
      Draw draw = Draws.of(function, Dice.of(31L * i + function.hashCode()));
      String d = difference(function, draw);
      return d == null ? null : draw + ": " + d;
    });
  }

  private static @Nullable String difference(String function, Draw draw) {
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
