package org.keras4j.tck.draws;

import static org.keras4j.tck.draws.Draws.on;

import java.util.List;
import java.util.stream.IntStream;
import org.keras4j.core.NDArray;

/** Functions that move elements. */
final class ShapeDraws {
  private ShapeDraws() {}

  static void add() {
    axes();
    joins();
    matrices();
  }

  private static void axes() {
    on("transpose", d -> {
      long[] s = d.shape(0, 4);
      return Draw.of(d.any(s)).maybe(d, "axes", d.order(s.length));
    });
    on("reshape", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.any(s), d.one(List.of(1L, Dice.size(s)), List.of(Dice.size(s), 1L)));
    });
    on("squeeze", d -> Draw.of(d.any(Dice.join(d.shape(0, 2), 1))).with("axis", -1));
    on("expand_dims", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.any(s), d.in(-s.length - 1, s.length));
    });
    on("swapaxes moveaxis", d -> {
      long[] s = d.shape(1, 4);
      return Draw.of(d.any(s), d.axis(s), d.axis(s));
    });
    on("flip", d -> {
      long[] s = d.shape(1, 3);
      return Draw.of(d.any(s)).maybe(d, "axis", d.axes(s));
    });
    on("fliplr flipud", d -> Draw.of(d.any(d.shape(2, 3))));
    on("roll", d -> {
      long[] s = d.shape(1, 3);
      return Draw.of(d.any(s), d.in(-5, 5)).maybe(d, "axis", d.axis(s));
    });
    on("rot90", d -> Draw.of(d.any(d.shape(2, 3))).maybe(d, "k", d.in(-4, 4)));
    on("tile", d -> Draw.of(d.any(d.shape(0, 3)), d.one((Object) 2, List.of(1, 2), List.of(2))));
    on("repeat", d -> {
      long[] s = d.shape(1, 3);
      return Draw.of(d.any(s), d.in(0, 3)).maybe(d, "axis", d.axis(s));
    });
    on("broadcast_to", d -> {
      long[] s = d.full(0, 3);
      return Draw.of(d.any(d.fitting(s)), Dice.list(s));
    });
    on("pad", d -> {
      long[] s = d.full(1, 3);
      String mode = d.one("constant", "constant", "reflect", "symmetric");
      int n = (int) java.util.stream.LongStream.of(s).min().orElse(1);
      int most = mode.equals("reflect") ? n - 1 : mode.equals("symmetric") ? n : 2;
      return Draw.of(d.any(s), List.of(d.in(0, most), d.in(0, most))).with("mode", mode);
    });
    on("rearrange", d -> {
      int p = d.in(1, 3);
      return Draw.of(d.any(2, 2L * p, 3), "a (b p) c -> c a b p").with("p", p);
    });
    on("depth_to_space", d -> {
      String f = d.one("channels_last", "channels_first");
      return Draw.of(d.images(2, f, 8, 1, 3), 2).with("data_format", f);
    });
    on("space_to_depth", d -> Draw.of(d.any(d.in(1, 2), 4, 2, 3), 2));
  }

  private static NDArray[] some(Dice d, long[] s) {
    return IntStream.range(0, d.in(1, 3)).mapToObj(i -> d.any(s)).toArray(NDArray[]::new);
  }

  private static void joins() {
    on("concatenate", d -> {
      long[] s = d.shape(1, 3);
      return Draw.of(List.of(some(d, s))).maybe(d, "axis", d.axis(s));
    });
    on("stack", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(List.of(some(d, s))).maybe(d, "axis", d.in(-s.length - 1, s.length));
    });
    on("hstack vstack dstack", d -> Draw.of(List.of(some(d, d.full(0, 3)))));
    on("column_stack", d -> Draw.of(List.of(some(d, d.full(1, 3)))));
    on("append", d -> {
      long[] s = d.shape(1, 3);
      return Draw.of(d.any(s), d.any(s)).maybe(d, "axis", d.axis(s));
    });
    on("split", d -> {
      long[] s = d.shape(1, 3);
      int a = d.axis(s);
      return Draw.of(d.any(Dice.changed(s, a, 6)), d.one((Object) 2, 3, List.of(1, 4)))
          .with("axis", a);
    });
    on("array_split", d -> {
      long[] s = d.shape(1, 3);
      return Draw.of(d.any(s), d.in(1, 4)).with("axis", d.axis(s));
    });
    on("hsplit vsplit dsplit", d -> Draw.of(d.any(4, 2, 6), d.one((Object) 2, List.of(1))));
    on("unstack", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.any(s)).with("axis", d.axis(s));
    });
    on(
        "meshgrid",
        d -> Draw.of(d.any(d.in(1, 3)), d.any(d.in(1, 3)), d.any(d.in(1, 3)))
            .maybe(d, "indexing", d.one("xy", "ij")));
  }

  private static void matrices() {
    on("diag", d -> Draw.of(d.any(d.shape(1, 2))).maybe(d, "k", d.in(-2, 2)));
    on("diagflat", d -> Draw.of(d.any(d.shape(0, 2))).maybe(d, "k", d.in(-2, 2)));
    on("diagonal trace", d -> Draw.of(d.any(d.shape(2, 4))).maybe(d, "offset", d.in(-2, 2)));
    on("tril triu", d -> Draw.of(d.any(d.shape(2, 3))).maybe(d, "k", d.in(-3, 3)));
    on("vander", d -> Draw.of(d.between(-2, 2, d.in(1, 4))).maybe(d, "N", d.in(1, 4)));
    on("slice", d -> {
      long[] s = d.full(1, 3);
      long[] start =
          java.util.stream.LongStream.of(s).map(n -> d.in(0, (int) n - 1)).toArray();
      long[] size = new long[s.length];
      for (int i = 0; i < s.length; i++) {
        size[i] = d.in(1, (int) (s[i] - start[i]));
      }
      return Draw.of(d.any(s), Dice.list(start), Dice.list(size));
    });
    on("slice_update", d -> {
      long[] s = d.full(1, 3);
      long[] size = java.util.stream.LongStream.of(s).map(n -> d.in(1, (int) n)).toArray();
      long[] start = new long[s.length];
      for (int i = 0; i < s.length; i++) {
        start[i] = d.in(0, (int) (s[i] - size[i]));
      }
      return Draw.of(d.between(-2, 2, s), Dice.list(start), d.between(-2, 2, size));
    });
  }
}
