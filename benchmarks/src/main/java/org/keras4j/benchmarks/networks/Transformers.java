package org.keras4j.benchmarks.networks;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.ReversibleEmbedding;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.ops.types.Index;

/** Encoders with attention. */
public final class Transformers {
  private Transformers() {}

  /** A classifier of sequences of 200 tokens. */
  public static Model classifier(int vocabulary, int encoders) {
    Tensor in = new Input(200).dtype("int32").output();
    Tensor x = new TokenAndPosition(vocabulary, 200, 128).invoke(in);
    for (int i = 0; i < encoders; i++) {
      x = encoder(x, 4, 32, 512, "relu", 1e-6);
    }
    x = new GlobalAveragePooling1D().invoke(x);
    return Model.of(in, new Dense(2).activation("softmax").invoke(x));
  }

  /** BERT: of tokens and segments, the sequence and a summary of it. */
  public static Model bert(int vocabulary, int encoders, int width) {
    Tensor tokens = new Input(128).dtype("int32").output();
    Tensor segments = new Input(128).dtype("int32").output();
    Tensor x = Ops.add(
        new TokenAndPosition(vocabulary, 512, width).invoke(tokens),
        new Embedding(2, width).invoke(segments));
    x = new LayerNormalization().epsilon(1e-12).invoke(x);
    for (int i = 0; i < encoders; i++) {
      x = encoder(x, width / 64, 64, 4 * width, "gelu", 1e-12);
    }
    Tensor first = Ops.getItem(x, Index.ALL, 0, Index.ALL);
    Tensor summary = new Dense(width).activation("tanh").invoke(first);
    return Model.of(List.of(tokens, segments), List.of(x, summary));
  }

  /** BERT with two classes: the summary of the sequence, as it is trained for a task; no dropout. */
  public static Model bertLarge(int vocabulary, int time, int encoders, int width) {
    Tensor tokens = new Input(time).dtype("int32").output();
    Tensor segments = new Input(time).dtype("int32").output();
    Tensor x = Ops.add(
        new TokenAndPosition(vocabulary, time, width).invoke(tokens),
        new Embedding(2, width).invoke(segments));
    x = new LayerNormalization().epsilon(1e-12).invoke(x);
    int depth = Math.min(64, width);
    for (int i = 0; i < encoders; i++) {
      x = encoder(x, Math.max(1, width / 64), depth, 4 * width, "gelu", 1e-12);
    }
    Tensor first = Ops.getItem(x, Index.ALL, 0, Index.ALL);
    Tensor summary = new Dense(width).activation("tanh").invoke(first);
    return Model.of(
        List.of(tokens, segments), new Dense(2).activation("softmax").invoke(summary));
  }

  /** GPT-2: of tokens, the scores of each next one, by the table of tokens; no dropout. */
  public static Model gpt2(int vocabulary, int context, int decoders, int width) {
    Tensor in = new Input(context).dtype("int32").output();
    ReversibleEmbedding table = new ReversibleEmbedding(vocabulary, width);
    Tensor x = new Positions(context, width).invoke(table.invoke(in));
    for (int i = 0; i < decoders; i++) {
      Tensor y = new LayerNormalization().epsilon(1e-5).invoke(x);
      Tensor a = new MultiHeadAttention(width / 64, 64)
          .invoke(y, CallArgs.of("value", y, "use_causal_mask", true));
      x = new Add().invoke(List.of(x, a));
      y = new LayerNormalization().epsilon(1e-5).invoke(x);
      y = Ops.gelu(new Dense(4 * width).invoke(y), true);
      x = new Add().invoke(List.of(x, new Dense(width).invoke(y)));
    }
    x = new LayerNormalization().epsilon(1e-5).invoke(x);
    return Model.of(in, table.invoke(x, CallArgs.of("reverse", true)));
  }

  private static Tensor encoder(
      Tensor in, int heads, int keySize, int inner, String activation, double epsilon) {
    Tensor a = new MultiHeadAttention(heads, keySize).invoke(in, in);
    Tensor x = new LayerNormalization().epsilon(epsilon).invoke(new Add().invoke(List.of(in, a)));
    Tensor f = new Dense(inner).activation(activation).invoke(x);
    f = new Dense(heads * keySize).invoke(f);
    return new LayerNormalization().epsilon(epsilon).invoke(new Add().invoke(List.of(x, f)));
  }
}
