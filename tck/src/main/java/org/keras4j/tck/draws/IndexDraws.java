package org.keras4j.tck.draws;

import static org.keras4j.tck.draws.Draws.on;

import java.util.Arrays;
import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.ops.types.Index;

/** Functions that look up by index. */
final class IndexDraws {
  private IndexDraws() {}

  static void add() {
    on("take", d -> {
      long[] s = d.full(1, 3);
      int a = d.axis(s);
      int n = (int) s[a < 0 ? a + s.length : a];
      return Draw.of(d.any(s), d.whole(-n, n - 1, d.shape(0, 2))).with("axis", a);
    });
    on("take_along_axis", d -> {
      long[] s = d.full(1, 3);
      int a = d.axis(s);
      int n = (int) s[a < 0 ? a + s.length : a];
      return Draw.of(d.any(s), d.whole(-n, n - 1, Dice.changed(s, a, d.in(1, 4))))
          .with("axis", a);
    });
    on(
        "get_item",
        d -> Draw.of(
            d.any(4, 3, 5),
            d.<Object>one(
                0,
                -1,
                new Index(1, 3, null),
                List.of(Index.ALL, 1),
                List.of(Index.ELLIPSIS, 0),
                Arrays.asList(null, new Index(0, 4, 2)),
                List.of(new Index(null, null, -1)),
                List.of(1, 2, 3))));
    on("scatter", d -> {
      long[] s = d.full(1, 3);
      int n = d.in(0, 4);
      return Draw.of(
          d.whole(0, (int) s[0] - 1, n, 1),
          d.between(-2, 2, Dice.join(new long[] {n}, Arrays.copyOfRange(s, 1, s.length))),
          Dice.list(s));
    });
    on("scatter_update", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(
              d.between(-2, 2, s),
              d.whole(0, (int) s[0] - 1, 1, 1),
              d.between(-2, 2, Dice.join(new long[] {1}, Arrays.copyOfRange(s, 1, s.length))))
          .maybe(d, "reduction", d.one("add", "max", "min", "mul"));
    });
    on(
        "one_hot",
        d -> Draw.of(d.whole(-1, 4, d.shape(0, 3)), d.in(1, 5)).maybe(d, "axis", d.one(-1, 0)));
    on("multi_hot", d -> Draw.of(d.whole(0, 4, d.full(1, 3)), 5));
    on("unravel_index", d -> Draw.of(d.whole(0, 23, d.shape(0, 2)), List.of(2, 3, 4)));
    on("image.map_coordinates", d -> {
      NDArray x = d.between(-2, 2, 4, 5);
      NDArray at = d.between(-6, 9, Dice.join(new long[] {2}, d.full(1, 2)));
      return Draw.of(x, at, d.in(0, 1))
          .maybe(d, "fill_mode", d.one("constant", "nearest", "wrap", "mirror", "reflect"));
    });
  }
}
