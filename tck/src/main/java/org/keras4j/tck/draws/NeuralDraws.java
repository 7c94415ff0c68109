package org.keras4j.tck.draws;

import static org.keras4j.tck.draws.Draws.on;

import java.util.List;
import java.util.stream.LongStream;

/** Functions of neural networks. */
final class NeuralDraws {
  private NeuralDraws() {}

  static void add() {
    convolutions();
    pools();
    normalizations();
    losses();
  }

  private static long[] kernel(Dice d, int rank, long... channels) {
    return Dice.join(LongStream.generate(() -> d.in(1, 3)).limit(rank).toArray(), channels);
  }

  // strides or dilation, since no backend has both
  private static Draw stepped(Dice d, Draw draw, String format) {
    int stride = d.in(1, 2);
    return draw.with("strides", stride)
        .with("dilation_rate", stride == 1 ? d.in(1, 2) : 1)
        .with("padding", d.one("valid", "same"))
        .with("data_format", format);
  }

  private static void convolutions() {
    on("conv", d -> {
      int rank = d.in(1, d.isSmooth() ? 2 : 3);
      String f = d.format();
      int groups = d.in(1, 2);
      return stepped(
          d,
          Draw.of(
              d.images(rank, f, 2, 5, 6),
              d.between(-1, 1, kernel(d, rank, 2 / groups, 2L * groups))),
          f);
    });
    on("depthwise_conv", d -> {
      int rank = d.in(1, 2);
      String f = d.format();
      return stepped(
          d,
          Draw.of(d.images(rank, f, 2, 5, 6), d.between(-1, 1, kernel(d, rank, 2, d.in(1, 2)))),
          f);
    });
    on("separable_conv", d -> {
      int rank = d.in(1, 2);
      String f = d.format();
      long[] ones = LongStream.generate(() -> 1).limit(rank).toArray();
      return stepped(
          d,
          Draw.of(
              d.images(rank, f, 2, 5, 6),
              d.between(-1, 1, kernel(d, rank, 2, 2)),
              d.between(-1, 1, Dice.join(ones, 4, 3))),
          f);
    });
    on("conv_transpose", d -> {
      int rank = d.in(1, d.isSmooth() ? 2 : 3);
      String f = d.format();
      return Draw.of(d.images(rank, f, 2, 3, 4), d.between(-1, 1, kernel(d, rank, 3, 2)))
          .with("strides", d.in(1, 3))
          .with("padding", d.one("valid", "same"))
          .with("data_format", f);
    });
    on(
        "unfold",
        d -> Draw.of(d.between(-2, 2, d.in(1, 2), 2, 5, 6), d.one((Object) 2, List.of(2, 3)))
            .maybe(d, "padding", d.in(0, 1))
            .maybe(d, "stride", d.in(1, 2)));
    on(
        "fold",
        d -> Draw.of(d.between(-2, 2, d.in(1, 2), 8, 9))
            .with("output_size", 4)
            .with("kernel_size", 2));
  }

  private static void pools() {
    on("max_pool average_pool", d -> {
      int rank = d.in(1, d.isSmooth() ? 2 : 3);
      String f = d.format();
      return Draw.of(d.images(rank, f, 2, 4, 6), d.in(1, 3))
          .maybe(d, "strides", d.in(1, 3))
          .maybe(d, "padding", d.one("valid", "same"))
          .with("data_format", f);
    });
    on("adaptive_average_pool adaptive_max_pool", d -> {
      String f = d.format();
      return Draw.of(d.images(d.in(1, d.isSmooth() ? 2 : 3), f, 2, 4, 6), d.in(1, 4))
          .with("data_format", f);
    });
  }

  private static void normalizations() {
    on("batch_normalization", d -> {
      long[] s = d.full(2, 4);
      int a = d.axis(s);
      long n = s[a < 0 ? a + s.length : a];
      return Draw.of(d.floats(s), d.between(-1, 1, n), d.between(0.2, 2, n), a)
          .maybe(d, "offset", d.between(-1, 1, n))
          .maybe(d, "scale", d.between(-1, 1, n));
    });
    on("layer_normalization", d -> {
      long[] s = d.full(1, 3);
      long n = s[s.length - 1];
      return Draw.of(d.floats(s))
          .maybe(d, "gamma", d.between(-1, 1, n))
          .maybe(d, "beta", d.between(-1, 1, n))
          .maybe(d, "epsilon", 0.01);
    });
    on("rms_normalization", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.floats(s)).maybe(d, "scale", d.between(-1, 1, s[s.length - 1]));
    });
    on("dot_product_attention", d -> {
      int b = d.in(1, 2);
      int t = d.in(1, 4);
      int heads = d.in(1, 3);
      int size = d.in(1, 4);
      return Draw.of(
              d.between(-2, 2, b, t, heads, size),
              d.between(-2, 2, b, t, heads, size),
              d.between(-2, 2, b, t, heads, size))
          .maybe(d, "bias", d.between(-1, 1, b, heads, t, t))
          .maybe(d, "is_causal", d.flip())
          .maybe(d, "scale", 0.5);
    });
  }

  private static void losses() {
    on("binary_crossentropy", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.between(0, 1, s), d.between(0.05, 0.95, s)).with("from_logits", d.flip());
    });
    on("categorical_crossentropy", d -> {
      long[] s = d.full(2, 3);
      return Draw.of(d.between(0.1, 1, s), d.between(0.05, 0.95, s)).with("from_logits", d.flip());
    });
    on("sparse_categorical_crossentropy", d -> {
      long[] s = d.full(0, 2);
      return Draw.of(d.whole(0, 3, s), d.between(0.05, 0.95, Dice.join(s, 4)))
          .with("from_logits", d.flip());
    });
    on("ctc_loss", d -> {
      int b = d.in(1, 3);
      return Draw.of(
          d.whole(1, 3, b, 3), d.between(-2, 2, b, 6, 4), d.whole(1, 3, b), d.whole(4, 6, b));
    });
    on("ctc_decode", d -> {
      int b = d.in(1, 3);
      Draw draw = Draw.of(d.between(-2, 2, b, 5, 4), d.whole(2, 5, b));
      return d.flip()
          ? draw.with("strategy", "greedy").maybe(d, "merge_repeated", d.flip())
          : draw.with("strategy", "beam_search").with("beam_width", 4).maybe(d, "top_paths", 2);
    });
  }
}
