package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;
import org.keras4j.core.TensorScope;
import org.keras4j.tck.draws.Dice;
import org.keras4j.tck.draws.Draw;
import org.keras4j.tck.draws.Draws;

/**
 * Every function, on random arguments, gives the same on all backends. {@link Profile} says how
 * often each is tried.
 */
@Tag("several-backends")
class BackendsAgreeTest {
  @BeforeAll
  static void compileFast() {
    Profile.compileFast();
  }

  @AfterEach
  void restore() {
    Keras.setBackend("pytorch");
  }

  @Test
  void giveTheSame() {
    Map<String, Object> first = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    for (String backend : Profile.backends()) {
      Keras.setBackend(backend);
      for (String function : Profile.functions()) {
        for (int i : Profile.options(backend).drawn(10)) {
          Draw draw = Draws.of(function, Dice.of(31L * i + function.hashCode()));
          String call = function + " " + draw + " #" + i;
          try (TensorScope scope = new TensorScope()) {
            List<Object> result = Results.of(draw.call(function));
            Object before = first.putIfAbsent(call, result);
            String d = before == null ? null : Results.difference(function, draw, result, before);
            if (d != null) {
              wrong.add(backend + ": " + call + ": " + d);
            }
          } catch (RuntimeException e) {
            wrong.add(backend + ": " + call + ": " + e);
          }
        }
      }
    }
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
  }
}
