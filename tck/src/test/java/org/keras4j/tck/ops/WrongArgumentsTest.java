package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.keras4j.core.TensorScope;
import org.keras4j.tck.draws.Dice;
import org.keras4j.tck.draws.Draw;
import org.keras4j.tck.draws.Draws;
import org.keras4j.tck.draws.Spoiler;

/**
 * Every function either takes what it is given, or says with its name what is wrong: an {@link
 * IllegalArgumentException}, never an exception of the engine or of our own making, and never a crash. {@link
 * Profile} says how often each is tried.
 */
class WrongArgumentsTest {
  private static final Pattern NAMED =
      Pattern.compile("(keras\\.)?(ops|random|activations)\\.[\\w.]+: ");

  @Test
  void areNamed() {
    List<String> wrong = new ArrayList<>();
    for (String function : Profile.functions()) {
      for (int i : Profile.draws(12)) {
        Dice d = Dice.of(77L * i + function.hashCode());
        Draw draw = Spoiler.spoiled(Draws.of(function, d), d);
        if (Boolean.getBoolean("keras4j.draws.verbose")) {
          System.out.println(function + " " + draw);
        }
        String message = failure(function, draw);
        if (message != null) {
          wrong.add(function + " " + draw + ": " + message);
        }
      }
    }
    assertEquals(List.of(), wrong, () -> wrong.size() + " wrong\n" + String.join("\n", wrong));
  }

  private static String failure(String function, Draw draw) {
    try (TensorScope scope = new TensorScope()) {
      Results.of(draw.call(function));
      return null;
    } catch (IllegalArgumentException e) {
      // this function, or one that it calls
      boolean named = NAMED.matcher(String.valueOf(e.getMessage())).lookingAt();
      return named ? null : "no name in: " + e;
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      // a function that is an argument may fail as it likes; of one that cannot take what it is
      // given only
      // the caller's frame is seen
      if (Arrays.stream(e.getStackTrace())
          .limit(8)
          .map(StackTraceElement::getClassName)
          .anyMatch(c -> c.contains(".draws.ControlDraws")
              || e instanceof ClassCastException && c.endsWith(".ops.ControlOps"))) {
        return null;
      }
      StackTraceElement at = e.getStackTrace().length > 0 ? e.getStackTrace()[0] : null;
      return e + " at " + at;
    }
  }
}
