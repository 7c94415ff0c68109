package org.keras4j.hub.vision;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.initializers.TruncatedNormal;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.ops.Ops;

/**
 * Transformer layers that normalize what goes into attention and into the feed-forward part.
 *
 * @param layers how many
 * @param heads of each attention
 * @param width the length of vectors
 * @param inner their length within the feed-forward part
 * @param activation the function there; {@code quick_gelu} is {@code x * sigmoid(1.702 x)}
 * @param epsilon what is added to variances
 * @param dropout of results
 * @param attentionDropout of attention
 * @param causal whether a place sees only those before it
 */
record PreNormEncoder(
    int layers,
    int heads,
    int width,
    int inner,
    String activation,
    double epsilon,
    double dropout,
    double attentionDropout,
    boolean causal) {
  /** GELU by {@code tanh}, as Hugging Face calls it. */
  static final String APPROXIMATE = "gelu_pytorch_tanh";

  PreNormEncoder {
    for (int size : new int[] {layers, heads, width, inner}) {
      if (size < 1) {
        throw new IllegalArgumentException("a transformer expects positive sizes, got " + size);
      }
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "a transformer expects the heads to divide the width, got " + heads + " and " + width);
    }
  }

  /**
   * The graph.
   *
   * @param x {@code (batch, places, width)}
   * @param prefix what names begin with
   */
  Tensor of(Tensor x, String prefix) {
    Tensor y = x;
    for (int i = 0; i < layers; i++) {
      y = layer(y, prefix + "layer_" + i);
    }
    return y;
  }

  private Tensor layer(Tensor x, String prefix) {
    Tensor n = norm(prefix + "_attention_norm").invoke(x);
    Tensor attended = new MultiHeadAttention(heads, width / heads)
        .dropout(attentionDropout)
        .kernelInitializer(new TruncatedNormal().stddev(0.02))
        .name(prefix + "_attention")
        .invoke(n, CallArgs.of("value", n, "use_causal_mask", causal ? Boolean.TRUE : null));
    Tensor y = new Add()
        .name(prefix + "_attention_add")
        .invoke(List.of(x, drop(attended, prefix + "_attention_dropout")));
    n = norm(prefix + "_feed_norm").invoke(y);
    Tensor out = drop(feedForward(n, prefix), prefix + "_output_dropout");
    return new Add().name(prefix + "_output_add").invoke(List.of(y, out));
  }

  /** What goes in, through a wider layer and back: the layers {@code intermediate} and {@code output}. */
  Tensor feedForward(Tensor x, String prefix) {
    boolean quick = activation.equals("quick_gelu");
    boolean tanh = activation.equals(APPROXIMATE);
    Tensor wide = dense(inner, prefix + "_intermediate")
        .activation(quick || tanh ? null : activation)
        .invoke(x);
    if (quick) {
      wide = Ops.multiply(wide, Ops.sigmoid(Ops.multiply(wide, 1.702)));
    } else if (tanh) {
      wide = Ops.gelu(wide, true);
    }
    return dense(width, prefix + "_output").invoke(wide);
  }

  LayerNormalization norm(String name) {
    return new LayerNormalization().epsilon(epsilon).name(name);
  }

  static Dense dense(int units, String name) {
    return new Dense(units)
        .kernelInitializer(new TruncatedNormal().stddev(0.02))
        .name(name);
  }

  private Tensor drop(Tensor x, String name) {
    return dropout == 0 ? x : new Dropout(dropout).name(name).invoke(x);
  }

  /** The activation of a config of Hugging Face. */
  static String activation(@Nullable String name) {
    return name == null ? "gelu" : name;
  }
}
