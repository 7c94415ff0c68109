package org.keras4j.tck.draws;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Random arguments by the name of the function they are for. */
public final class Draws {
  private static final Map<String, Function<Dice, Draw>> ALL = new TreeMap<>();

  static {
    ElementDraws.add();
    ReductionDraws.add();
    ShapeDraws.add();
    IndexDraws.add();
    ProductDraws.add();
    NeuralDraws.add();
    ImageDraws.add();
    ControlDraws.add();
    RandomDraws.add();
  }

  private Draws() {}

  /** Names, with blanks between, of functions that take such arguments; without namespace of keras.ops. */
  static void on(String names, Function<Dice, Draw> draw) {
    for (String n : names.split("\\s+")) {
      if (ALL.put(n.startsWith("keras.") ? n : "keras.ops." + n, draw) != null) {
        throw new IllegalStateException("There are two draws for " + n);
      }
    }
  }

  /** The functions that there are draws for. */
  public static Set<String> functions() {
    return ALL.keySet();
  }

  /** Arguments of a function. */
  public static Draw of(String function, Dice d) {
    Function<Dice, Draw> draw = ALL.get(function);
    if (draw == null) {
      throw new IllegalArgumentException("There are no draws for " + function);
    }
    return CornerDraws.takes(function) && !d.isSmooth() && d.rarely(3)
        ? CornerDraws.draw(d)
        : draw.apply(d);
  }
}
