package org.keras4j.tck.draws;

import java.util.List;

/** Random numbers, each draw with a seed. */
final class RandomDraws {
  private RandomDraws() {}

  private static void on(String name, java.util.function.Function<Dice, Draw> draw) {
    Draws.on("keras.random." + name, d -> draw.apply(d).with("seed", d.in(0, 1_000_000)));
  }

  private static List<Long> shape(Dice d) {
    return Dice.list(d.shape(0, 3));
  }

  static void add() {
    for (String n : new String[] {"uniform", "normal", "truncated_normal"}) {
      on(n, d -> Draw.of(shape(d), d.real(-2, 0), d.real(0.1, 2)));
    }
    on("randint", d -> Draw.of(shape(d), d.in(-9, 0), d.in(1, 99)));
    on("beta", d -> Draw.of(shape(d), d.real(0.3, 3), d.real(0.3, 3)));
    on("gamma", d -> Draw.of(shape(d), d.real(0.3, 3)));
    on("binomial", d -> Draw.of(shape(d), (double) d.in(1, 30), d.real(0.1, 0.9)));
    on("categorical", d -> Draw.of(d.between(-2, 2, d.in(1, 3), d.in(1, 5)), d.in(1, 6)));
    on("dropout", d -> Draw.of(d.between(-2, 2, d.shape(0, 3)), d.real(0, 0.9)));
    on("shuffle", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.any(s)).with("axis", d.in(0, s.length - 1));
    });
  }
}
