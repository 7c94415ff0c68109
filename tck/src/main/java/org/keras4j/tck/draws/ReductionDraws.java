package org.keras4j.tck.draws;

import static org.keras4j.tck.draws.Draws.on;

import java.util.List;
import org.keras4j.core.DType;

/** Functions that take axes together, or run along one. */
final class ReductionDraws {
  private ReductionDraws() {}

  static void add() {
    on("sum mean var std all any nansum nanmean nanvar nanstd logsumexp", d -> {
      long[] s = d.shape(0, 4);
      return Draw.of(d.any(s)).maybe(d, "axis", d.axes(s)).maybe(d, "keepdims", d.flip());
    });
    on("prod nanprod", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.between(-1.5, 1.5, s)).maybe(d, "axis", d.axes(s));
    });
    on("ptp", d -> {
      long[] s = d.full(0, 4);
      return Draw.of(d.floats(s)).maybe(d, "axis", d.axes(s)).maybe(d, "keepdims", d.flip());
    });
    on("max min amax amin median nanmax nanmin nanmedian", d -> {
      long[] s = d.full(0, 4);
      return Draw.of(d.any(s)).maybe(d, "axis", d.axes(s)).maybe(d, "keepdims", d.flip());
    });
    on("count_nonzero", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.any(s)).maybe(d, "axis", d.axes(s));
    });
    on("argmax argmin nanargmax nanargmin", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.any(s)).maybe(d, "axis", d.axis(s)).maybe(d, "keepdims", d.flip());
    });
    on("average", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.any(s))
          .maybe(d, "axis", d.axis(s))
          .maybe(d, "weights", d.between(0.1, 2, s));
    });
    on("cumsum cumprod nancumsum nancumprod", d -> {
      long[] s = d.shape(1, 3);
      return Draw.of(d.any(s)).maybe(d, "axis", d.axis(s));
    });
    on("quantile nanquantile", d -> quantile(d, 1));
    on("percentile nanpercentile", d -> quantile(d, 100));
    on("moments", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.floats(s), List.of(d.axis(s))).maybe(d, "keepdims", d.flip());
    });
    on("norm", d -> {
      long[] s = d.full(2, 3);
      Draw draw = Draw.of(d.between(-2, 2, s)).maybe(d, "keepdims", d.flip());
      return d.flip()
          ? draw.with("axis", d.axis(s)).maybe(d, "ord", d.one((Object) 1, 2, 3))
          : draw.with("axis", d.order(s.length).subList(0, 2))
              .maybe(d, "ord", d.one((Object) "fro", "nuc", 1, 2));
    });
    on("normalize", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.between(0.3, 2, s)).with("axis", d.axis(s)).maybe(d, "order", d.in(1, 3));
    });
    on("diff", d -> {
      long[] s = d.shape(1, 3);
      return Draw.of(d.any(s)).maybe(d, "n", d.in(0, 3)).maybe(d, "axis", d.axis(s));
    });
    on("trapezoid", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.any(s)).maybe(d, "axis", d.axis(s)).maybe(d, "dx", 0.5);
    });
    on("corrcoef", d -> Draw.of(d.between(-2, 2, d.in(2, 3), d.in(3, 6))));
    on("sort argsort", d -> {
      long[] s = d.shape(1, 3);
      return Draw.of(d.any(s)).maybe(d, "axis", d.axis(s));
    });
    on("argpartition", d -> {
      long[] s = d.full(1, 3);
      int a = d.axis(s);
      return Draw.of(d.between(-2, 2, s), d.in(0, (int) s[a < 0 ? a + s.length : a] - 1))
          .with("axis", a);
    });
    on("top_k", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.any(s), d.in(1, (int) s[s.length - 1]));
    });
    on("in_top_k", d -> Draw.of(d.whole(0, 3, 5), d.between(0, 1, 5, 4), d.in(1, 4)));
    on("segment_sum segment_max segment_min segment_prod", d -> {
      int n = d.in(1, 6);
      return Draw.of(d.between(-2, 2, Dice.join(new long[] {n}, d.shape(0, 2))), d.whole(0, 4, n))
          .with("num_segments", d.in(3, 6));
    });
    on("histogram", d -> Draw.of(d.between(-2, 2, d.in(1, 9))).maybe(d, "bins", d.in(1, 6)));
    on(
        "bincount",
        d ->
            Draw.of(d.whole(0, 5, d.in(0, 8))).maybe(d, "minlength", d.in(0, 8)).eagerOnly());
    on("digitize", d -> Draw.of(d.between(-3, 3, d.shape(0, 3)), d.sorted(d.in(1, 5))));
    on(
        "searchsorted",
        d -> Draw.of(d.sorted(d.in(0, 5)), d.between(-3, 3, d.shape(0, 3)))
            .maybe(d, "side", d.one("left", "right")));
    on(
        "unique",
        d -> Draw.of(d.whole(0, 4, d.in(0, 8)))
            .maybe(d, "return_inverse", true)
            .maybe(d, "return_counts", true)
            .eagerOnly());
    on("nonzero", d -> Draw.of(d.whole(0, 1, d.shape(1, 3))).eagerOnly());
    on("isin", d -> Draw.of(d.integers(d.shape(0, 2)), d.whole(DType.INT32, -3, 3, d.shape(1, 1))));
  }

  private static Draw quantile(Dice d, double all) {
    long[] s = d.full(1, 3);
    return Draw.of(d.between(-2, 2, s), all * d.real(0, 1))
        .maybe(d, "axis", d.axes(s))
        .maybe(d, "method", d.one("linear", "lower", "higher", "midpoint", "nearest"))
        .maybe(d, "keepdims", d.flip());
  }
}
