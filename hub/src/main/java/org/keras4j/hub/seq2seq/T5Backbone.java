package org.keras4j.hub.seq2seq;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.ReversibleEmbedding;
import org.keras4j.layers.initializers.RandomNormal;
import org.keras4j.layers.normalization.RMSNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;

/**
 * The encoder and decoder of T5 (Raffel et al. 2019, arXiv:1910.10683), T5 1.1 and Flan-T5: what it is told, and {@link
 * #build} to make the model, of Keras's own layers and operations.
 *
 * <pre>{@code
 * Functional tiny = new T5Backbone(1000, 2, 2, 32, 64).build();
 * Map<String, Tensor> in = Map.of(
 *     "encoder_token_ids", Ops.ones(new long[] {1, 8}, "int32"),
 *     "encoder_padding_mask", Ops.ones(new long[] {1, 8}, "int32"),
 *     "decoder_token_ids", Ops.ones(new long[] {1, 3}, "int32"));
 * Tensor logits = tiny.invoke(in); // (1, 3, 1000)
 * }</pre>
 *
 * <p>Inputs, of integers: {@code encoder_token_ids} and {@code encoder_padding_mask} {@code (batch, s)}, 1 for tokens and 0 for
 * what fills a text up; {@code decoder_token_ids (batch, t)}, what is written, behind the token that it begins with. Output:
 * logits of the next token at each place, {@code (batch, t, vocabulary)}.
 */
public final class T5Backbone {
  private static final int FARTHEST = 1_000_000;

  private final int vocabularySize;
  private final int numLayers;
  private final int numHeads;
  private final int hiddenDim;
  private final int intermediateDim;
  private int keyValueDim;
  private int decoderLayers;
  private double dropout = 0.1;
  private double layerNormEpsilon = 1e-6;
  private boolean gated;
  private boolean tied = true;
  private boolean scaled = true;
  private int buckets = 32;
  private int maxDistance = 128;

  /**
   * With these sizes.
   *
   * @param vocabularySize how many tokens there are
   * @param numLayers how many layers the encoder has, and the decoder
   * @param numHeads how many heads their attention has
   * @param hiddenDim the length of a token's vector
   * @param intermediateDim the length of it within the feed-forward part
   * @throws IllegalArgumentException if one is below 1
   */
  public T5Backbone(
      int vocabularySize, int numLayers, int numHeads, int hiddenDim, int intermediateDim) {
    this.vocabularySize = positive("vocabularySize", vocabularySize);
    this.numLayers = positive("numLayers", numLayers);
    this.decoderLayers = numLayers;
    this.numHeads = positive("numHeads", numHeads);
    this.hiddenDim = positive("hiddenDim", hiddenDim);
    this.intermediateDim = positive("intermediateDim", intermediateDim);
    this.keyValueDim = Math.max(1, hiddenDim / numHeads);
  }

  private static int positive(String setting, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "T5Backbone: '" + setting + "' expects a positive integer, got " + value);
    }
    return value;
  }

  /**
   * The size of a head.
   *
   * @param value {@code hiddenDim / numHeads} by default
   * @return this
   */
  public T5Backbone keyValueDim(int value) {
    keyValueDim = positive("keyValueDim", value);
    return this;
  }

  /**
   * How many layers the decoder has.
   *
   * @param value as many as the encoder by default
   * @return this
   */
  public T5Backbone decoderLayers(int value) {
    decoderLayers = positive("decoderLayers", value);
    return this;
  }

  /**
   * How much of attention, layers' results and embeddings is dropped in training. With 0 attention is computed by fused kernels.
   *
   * @param value 0.1 by default
   * @return this
   */
  public T5Backbone dropout(double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "T5Backbone: 'dropout' expects a number from 0 to below 1, got " + value);
    }
    dropout = value;
    return this;
  }

  /**
   * What is added to mean squares.
   *
   * @param value 1e-6 by default
   * @return this
   */
  public T5Backbone layerNormEpsilon(double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(
          "T5Backbone: 'layerNormEpsilon' expects a positive number, got " + value);
    }
    layerNormEpsilon = value;
    return this;
  }

  /**
   * Whether the feed-forward part has a gate with gelu, as from T5 1.1 on; else it has relu.
   *
   * @param value false by default
   * @return this
   */
  public T5Backbone gated(boolean value) {
    gated = value;
    return this;
  }

  /**
   * Whether logits come from the table of tokens; else there is a head for them.
   *
   * @param value true by default
   * @return this
   */
  public T5Backbone tied(boolean value) {
    tied = value;
    return this;
  }

  /**
   * Whether the decoder's vectors are divided by the root of {@code hiddenDim} before logits are made of them, as before T5 1.1.
   *
   * @param value true by default
   * @return this
   */
  public T5Backbone scaled(boolean value) {
    scaled = value;
    return this;
  }

  /**
   * The classes of distances.
   *
   * @param count how many there are, 32 by default; even, 4 or more
   * @param maxDistance from where on all distances are one class, 128 by default
   * @return this
   * @throws IllegalArgumentException if the count is not even, or less than 4, or the distance not above the half of it or
   *     above a million
   */
  public T5Backbone relativeBuckets(int count, int maxDistance) {
    if (count < 4 || count % 2 != 0 || maxDistance <= count / 2 || maxDistance > FARTHEST) {
      throw new IllegalArgumentException(
          "T5Backbone: 'relativeBuckets' expects an even count from 4 on and a distance above its"
              + " half, got "
              + count + " and " + maxDistance);
    }
    this.buckets = count;
    this.maxDistance = maxDistance;
    return this;
  }

  /**
   * Makes the model, with random weights.
   *
   * @return a model of the global dtype policy
   */
  public Functional build() {
    return graphs().model();
  }

  /** The model, and the graphs with which it writes. */
  EncoderDecoder graphs() {
    return new Graphs().make();
  }

  // the layers of one model
  private final class Graphs {
    private final ReversibleEmbedding shared = new ReversibleEmbedding(vocabularySize, hiddenDim)
        .tieWeights(tied)
        .embeddingsInitializer(new RandomNormal(0, 0.02))
        .name("shared");
    private final List<Block> encoder = new ArrayList<>();
    private final List<Block> decoder = new ArrayList<>();
    private final RelativeBuckets encoderBias =
        new RelativeBuckets("encoder_relative_bias", buckets, maxDistance, numHeads, true);
    private final RelativeBuckets decoderBias =
        new RelativeBuckets("decoder_relative_bias", buckets, maxDistance, numHeads, false);
    private final RMSNormalization encoderNorm = norm("encoder_norm");
    private final RMSNormalization decoderNorm = norm("decoder_norm");

    Graphs() {
      for (int i = 0; i < numLayers; i++) {
        encoder.add(new Block("encoder_" + i, false));
      }
      for (int i = 0; i < decoderLayers; i++) {
        decoder.add(new Block("decoder_" + i, true));
      }
    }

    EncoderDecoder make() {
      Map<String, Object> in = new LinkedHashMap<>();
      KerasTensor ids = input(in, "encoder_token_ids", DType.INT32, -1);
      KerasTensor padding = input(in, "encoder_padding_mask", DType.INT32, -1);
      Tensor visible = visible(padding);
      Tensor read = encode(ids, visible);
      Map<String, Object> given = new LinkedHashMap<>();
      for (int i = 0; i < decoderLayers; i++) {
        AttentionLayers cross = decoder.get(i).cross();
        given.put("key_" + i, cross.keys(read));
        given.put("value_" + i, cross.values(read));
      }
      Functional reading = Model.of(new LinkedHashMap<>(in), given, "t5_reading");
      KerasTensor written = input(in, "decoder_token_ids", DType.INT32, -1);
      Functional model = Model.of(in, logits(decode(written, read, visible)), "t5");
      return new EncoderDecoder(
          model, reading, step(), decoderLayers, numHeads, keyValueDim, decoderBias);
    }

    private Tensor encode(Tensor ids, Tensor visible) {
      Tensor x = drop(shared.invoke(ids), "encoder_embeddings_dropout");
      Tensor bias = encoderBias.of(ids, ids);
      for (Block b : encoder) {
        Tensor n = b.norm.invoke(x);
        x = b.add(
            x,
            b.attention.find(n, b.attention.keys(n), b.attention.values(n), bias, visible),
            "attention");
        x = b.feedForward(x);
      }
      return drop(encoderNorm.invoke(x), "encoder_dropout");
    }

    private Tensor decode(Tensor ids, Tensor read, Tensor visible) {
      Tensor x = drop(shared.invoke(ids), "decoder_embeddings_dropout");
      Tensor bias = decoderBias.of(ids, ids);
      Tensor places = Ops.cumsum(Ops.onesLike(Ops.take(ids, 0, 0)), 0);
      Tensor before = Ops.lessEqual(Ops.expandDims(places, 0), Ops.expandDims(places, 1));
      Tensor causal = Ops.expandDims(before, List.of(0, 1));
      for (Block b : decoder) {
        Tensor n = b.norm.invoke(x);
        x = b.add(
            x,
            b.attention.find(n, b.attention.keys(n), b.attention.values(n), bias, causal),
            "attention");
        n = b.crossNorm().invoke(x);
        x = b.add(
            x,
            b.cross().find(n, b.cross().keys(read), b.cross().values(read), null, visible),
            "cross");
        x = b.feedForward(x);
      }
      return drop(decoderNorm.invoke(x), "decoder_dropout");
    }

    private Tensor logits(Tensor x) {
      Tensor y = scaled ? Ops.multiply(x, Math.pow(hiddenDim, -0.5)) : x;
      return shared.invoke(y, CallArgs.of("reverse", true));
    }

    private Functional step() {
      Map<String, Object> in = new LinkedHashMap<>();
      Map<String, Object> out = new LinkedHashMap<>();
      KerasTensor token = input(in, "token", DType.INT32, 1);
      KerasTensor here = input(in, "here", DType.BOOL, -1);
      KerasTensor known = input(in, "known", DType.BOOL, -1);
      KerasTensor bucket = input(in, "bucket", DType.INT32, -1);
      Tensor visible = visible(input(in, "encoder_padding_mask", DType.INT32, -1));
      Tensor mask = Ops.expandDims(known, List.of(1, 2));
      Tensor place = Ops.expandDims(here, List.of(2, 3));
      Tensor bias = decoderBias.ofStep(bucket);
      Tensor x = shared.invoke(token);
      for (int i = 0; i < decoderLayers; i++) {
        Block b = decoder.get(i);
        Tensor n = b.norm.invoke(x);
        Tensor keys = Ops.where(place, b.attention.keys(n), past(in, "past_key_" + i));
        Tensor values = Ops.where(place, b.attention.values(n), past(in, "past_value_" + i));
        out.put("past_key_" + i, keys);
        out.put("past_value_" + i, values);
        x = Ops.add(x, b.attention.find(n, keys, values, bias, mask));
        n = b.crossNorm().invoke(x);
        x = Ops.add(
            x, b.cross().find(n, past(in, "key_" + i), past(in, "value_" + i), null, visible));
        x = b.feedForward(x);
      }
      out.put("logits", logits(decoderNorm.invoke(x)));
      return Model.of(in, out, "t5_step");
    }

    private KerasTensor past(Map<String, Object> in, String name) {
      KerasTensor t = new Input(-1, numHeads, keyValueDim).name(name).output();
      in.put(name, t);
      return t;
    }
  }

  private static KerasTensor input(Map<String, Object> in, String name, DType dtype, long length) {
    KerasTensor t = new Input(length).dtype(dtype).name(name).output();
    in.put(name, t);
    return t;
  }

  private static Tensor visible(Tensor padding) {
    return Ops.expandDims(Ops.cast(padding, DType.BOOL), List.of(1, 2));
  }

  private RMSNormalization norm(String name) {
    return new RMSNormalization().epsilon(layerNormEpsilon).name(name);
  }

  private Tensor drop(Tensor x, String name) {
    return dropout == 0 ? x : new Dropout(dropout).name(name).invoke(x);
  }

  // the layers of one layer of encoder or decoder
  private final class Block {
    private final String prefix;
    private final RMSNormalization norm;
    private final AttentionLayers attention;
    private final @Nullable RMSNormalization crossNorm;
    private final @Nullable AttentionLayers cross;
    private final RMSNormalization feedNorm;
    private final Dense inner;
    private final @Nullable Dense gate;
    private final Dense outer;

    Block(String prefix, boolean decodes) {
      this.prefix = prefix;
      this.norm = norm(prefix + "_attention_norm");
      this.attention = attention(prefix + "_attention");
      this.crossNorm = decodes ? norm(prefix + "_cross_norm") : null;
      this.cross = decodes ? attention(prefix + "_cross") : null;
      this.feedNorm = norm(prefix + "_feed_norm");
      this.inner = dense(intermediateDim, prefix + "_inner");
      this.gate = gated ? dense(intermediateDim, prefix + "_gate") : null;
      this.outer = dense(hiddenDim, prefix + "_outer");
    }

    private AttentionLayers attention(String name) {
      return new AttentionLayers(name, numHeads, keyValueDim, hiddenDim, false, 1, dropout);
    }

    private Dense dense(int units, String name) {
      return new Dense(units)
          .useBias(false)
          .kernelInitializer(new RandomNormal(0, 0.02))
          .name(name);
    }

    RMSNormalization crossNorm() {
      return Objects.requireNonNull(crossNorm);
    }

    AttentionLayers cross() {
      return Objects.requireNonNull(cross);
    }

    Tensor add(Tensor x, Tensor y, String part) {
      return Ops.add(x, drop(y, prefix + "_" + part + "_result_dropout"));
    }

    Tensor feedForward(Tensor x) {
      Tensor n = feedNorm.invoke(x);
      Tensor y = gate == null
          ? Ops.relu(inner.invoke(n))
          : Ops.multiply(Ops.gelu(gate.invoke(n), true), inner.invoke(n));
      return add(x, outer.invoke(drop(y, prefix + "_inner_dropout")), "feed");
    }
  }
}
