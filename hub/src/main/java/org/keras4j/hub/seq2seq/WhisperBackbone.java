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
import org.keras4j.layers.convolution.Conv1D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.ReversibleEmbedding;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.ZeroPadding1D;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;

/**
 * Whisper, which hears speech and writes what was said (Radford et al. 2022, arXiv:2212.04356): what it is told, and {@link
 * #build} to make the model, of Keras's own layers and operations.
 *
 * <pre>{@code
 * Functional tiny = new WhisperBackbone(1000, 2, 2, 32, 64).places(50, 20).build();
 * Map<String, Tensor> in = Map.of(
 *     "encoder_features", Ops.ones(new long[] {1, 100, 80}),
 *     "decoder_token_ids", Ops.ones(new long[] {1, 3}, "int32"));
 * Tensor logits = tiny.invoke(in); // (1, 3, 1000)
 * }</pre>
 *
 * <p>Inputs: {@code encoder_features (batch, frames, mels)}, what {@link org.keras4j.hub.layers.LogMelSpectrogram} makes of
 * sound, twice as many frames as the encoder has places; {@code decoder_token_ids (batch, t)} of integers. Output: logits of
 * the next token at each place, {@code (batch, t, vocabulary)}.
 */
public final class WhisperBackbone {
  private static final double EPSILON = 1e-5;

  private final int vocabularySize;
  private final int numLayers;
  private final int numHeads;
  private final int hiddenDim;
  private final int intermediateDim;
  private int decoderLayers;
  private int mels = 80;
  private int sourcePlaces = 1500;
  private int targetPlaces = 448;
  private double dropout;
  private String activation = "gelu";

  /**
   * With these sizes.
   *
   * @param vocabularySize how many tokens there are
   * @param numLayers how many layers the encoder has, and the decoder
   * @param numHeads how many heads their attention has; divides {@code hiddenDim}
   * @param hiddenDim the length of a token's vector
   * @param intermediateDim the length of it within the feed-forward part
   * @throws IllegalArgumentException if one is below 1, or the heads do not divide the vector
   */
  public WhisperBackbone(
      int vocabularySize, int numLayers, int numHeads, int hiddenDim, int intermediateDim) {
    this.vocabularySize = positive("vocabularySize", vocabularySize);
    this.numLayers = positive("numLayers", numLayers);
    this.decoderLayers = numLayers;
    this.numHeads = positive("numHeads", numHeads);
    this.hiddenDim = positive("hiddenDim", hiddenDim);
    this.intermediateDim = positive("intermediateDim", intermediateDim);
    if (hiddenDim % numHeads != 0) {
      throw new IllegalArgumentException(
          "WhisperBackbone: expected 'numHeads' to divide 'hiddenDim', got " + numHeads + " and "
              + hiddenDim);
    }
  }

  private static int positive(String setting, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "WhisperBackbone: '" + setting + "' expects a positive integer, got " + value);
    }
    return value;
  }

  /**
   * How many layers the decoder has.
   *
   * @param value as many as the encoder by default
   * @return this
   */
  public WhisperBackbone decoderLayers(int value) {
    decoderLayers = positive("decoderLayers", value);
    return this;
  }

  /**
   * How many bands of the mel scale a frame has.
   *
   * @param value 80 by default
   * @return this
   */
  public WhisperBackbone mels(int value) {
    mels = positive("mels", value);
    return this;
  }

  /**
   * How many places encoder and decoder know.
   *
   * @param source half as many as there are frames, 1500 by default: 30 seconds
   * @param target the most tokens, 448 by default
   * @return this
   */
  public WhisperBackbone places(int source, int target) {
    sourcePlaces = positive("places", source);
    targetPlaces = positive("places", target);
    return this;
  }

  /**
   * How much of attention and layers' results is dropped in training.
   *
   * @param value 0 by default
   * @return this
   */
  public WhisperBackbone dropout(double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "WhisperBackbone: 'dropout' expects a number from 0 to below 1, got " + value);
    }
    dropout = value;
    return this;
  }

  /**
   * The function within the feed-forward part.
   *
   * @param value {@code "gelu"} by default
   * @return this
   */
  public WhisperBackbone activation(String value) {
    activation = value;
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
    private final Conv1D narrow = conv(1, "encoder_conv_1");
    private final Conv1D halving = conv(2, "encoder_conv_2");
    private final ZeroPadding1D padding1 = new ZeroPadding1D(1).name("encoder_padding_1");
    private final ZeroPadding1D padding2 = new ZeroPadding1D(1).name("encoder_padding_2");
    private final Embedding heard =
        new Embedding(sourcePlaces, hiddenDim).name("encoder_places").trainable(false);
    private final ReversibleEmbedding tokens =
        new ReversibleEmbedding(vocabularySize, hiddenDim).name("tokens");
    private final Embedding written = new Embedding(targetPlaces, hiddenDim).name("decoder_places");
    private final List<Block> encoder = new ArrayList<>();
    private final List<Block> decoder = new ArrayList<>();
    private final LayerNormalization encoderNorm = norm("encoder_norm");
    private final LayerNormalization decoderNorm = norm("decoder_norm");

    Graphs() {
      for (int i = 0; i < numLayers; i++) {
        encoder.add(new Block("encoder_" + i, false));
      }
      for (int i = 0; i < decoderLayers; i++) {
        decoder.add(new Block("decoder_" + i, true));
      }
    }

    private Conv1D conv(int strides, String name) {
      return new Conv1D(hiddenDim, 3).strides(strides).activation("gelu").name(name);
    }

    EncoderDecoder make() {
      Map<String, Object> in = new LinkedHashMap<>();
      KerasTensor features =
          new Input(2L * sourcePlaces, mels).name("encoder_features").output();
      in.put("encoder_features", features);
      Tensor read = encode(features);
      Map<String, Object> given = new LinkedHashMap<>();
      for (int i = 0; i < decoderLayers; i++) {
        given.put("key_" + i, decoder.get(i).cross().keys(read));
        given.put("value_" + i, decoder.get(i).cross().values(read));
      }
      Functional reading = Model.of(new LinkedHashMap<>(in), given, "whisper_hearing");
      KerasTensor ids = input(in, "decoder_token_ids", DType.INT32, -1);
      Functional model = Model.of(in, logits(decode(ids, read)), "whisper");
      return new EncoderDecoder(
          model, reading, step(), decoderLayers, numHeads, hiddenDim / numHeads, null);
    }

    private Tensor encode(Tensor features) {
      Tensor x = halving.invoke(padding2.invoke(narrow.invoke(padding1.invoke(features))));
      // numbers 0, 1, ... of one row, of which all are
      Tensor row = Ops.take(Ops.take(x, 0, 0), 0, 1);
      Tensor places = Ops.subtract(Ops.cumsum(Ops.onesLike(row, "int32"), 0), 1);
      x = drop(Ops.add(x, Ops.expandDims(heard.invoke(places), 0)), "encoder_dropout");
      for (Block b : encoder) {
        Tensor n = b.norm.invoke(x);
        x = b.add(
            x,
            b.attention.find(n, b.attention.keys(n), b.attention.values(n), null, null),
            "attention");
        x = b.feedForward(x);
      }
      return encoderNorm.invoke(x);
    }

    private Tensor decode(Tensor ids, Tensor read) {
      Tensor row = Ops.cumsum(Ops.onesLike(Ops.take(ids, 0, 0)), 0);
      Tensor before = Ops.lessEqual(Ops.expandDims(row, 0), Ops.expandDims(row, 1));
      Tensor causal = Ops.expandDims(before, List.of(0, 1));
      Tensor places = Ops.expandDims(written.invoke(Ops.subtract(row, 1)), 0);
      Tensor x = drop(Ops.add(tokens.invoke(ids), places), "decoder_dropout");
      for (Block b : decoder) {
        Tensor n = b.norm.invoke(x);
        x = b.add(
            x,
            b.attention.find(n, b.attention.keys(n), b.attention.values(n), null, causal),
            "attention");
        n = b.crossNorm().invoke(x);
        x = b.add(
            x,
            b.cross().find(n, b.cross().keys(read), b.cross().values(read), null, null),
            "cross");
        x = b.feedForward(x);
      }
      return decoderNorm.invoke(x);
    }

    private Tensor logits(Tensor x) {
      return tokens.invoke(x, CallArgs.of("reverse", true));
    }

    private Functional step() {
      Map<String, Object> in = new LinkedHashMap<>();
      Map<String, Object> out = new LinkedHashMap<>();
      KerasTensor token = input(in, "token", DType.INT32, 1);
      KerasTensor number = input(in, "place", DType.INT32, 1);
      Tensor place = Ops.expandDims(input(in, "here", DType.BOOL, -1), List.of(2, 3));
      Tensor mask = Ops.expandDims(input(in, "known", DType.BOOL, -1), List.of(1, 2));
      Tensor x = Ops.add(tokens.invoke(token), written.invoke(number));
      for (int i = 0; i < decoderLayers; i++) {
        Block b = decoder.get(i);
        Tensor n = b.norm.invoke(x);
        Tensor keys = Ops.where(place, b.attention.keys(n), past(in, "past_key_" + i));
        Tensor values = Ops.where(place, b.attention.values(n), past(in, "past_value_" + i));
        out.put("past_key_" + i, keys);
        out.put("past_value_" + i, values);
        x = Ops.add(x, b.attention.find(n, keys, values, null, mask));
        n = b.crossNorm().invoke(x);
        x = Ops.add(x, b.cross().find(n, past(in, "key_" + i), past(in, "value_" + i), null, null));
        x = b.feedForward(x);
      }
      out.put("logits", logits(decoderNorm.invoke(x)));
      return Model.of(in, out, "whisper_step");
    }

    private KerasTensor past(Map<String, Object> in, String name) {
      KerasTensor t = new Input(-1, numHeads, hiddenDim / numHeads).name(name).output();
      in.put(name, t);
      return t;
    }
  }

  private static KerasTensor input(Map<String, Object> in, String name, DType dtype, long length) {
    KerasTensor t = new Input(length).dtype(dtype).name(name).output();
    in.put(name, t);
    return t;
  }

  private static LayerNormalization norm(String name) {
    return new LayerNormalization().epsilon(EPSILON).name(name);
  }

  private Tensor drop(Tensor x, String name) {
    return dropout == 0 ? x : new Dropout(dropout).name(name).invoke(x);
  }

  // the layers of one layer of encoder or decoder
  private final class Block {
    private final String prefix;
    private final LayerNormalization norm;
    private final AttentionLayers attention;
    private final @Nullable LayerNormalization crossNorm;
    private final @Nullable AttentionLayers cross;
    private final LayerNormalization feedNorm;
    private final Dense inner;
    private final Dense outer;

    Block(String prefix, boolean decodes) {
      this.prefix = prefix;
      this.norm = norm(prefix + "_attention_norm");
      this.attention = attention(prefix + "_attention");
      this.crossNorm = decodes ? norm(prefix + "_cross_norm") : null;
      this.cross = decodes ? attention(prefix + "_cross") : null;
      this.feedNorm = norm(prefix + "_feed_norm");
      this.inner = new Dense(intermediateDim).activation(activation).name(prefix + "_inner");
      this.outer = new Dense(hiddenDim).name(prefix + "_outer");
    }

    private AttentionLayers attention(String name) {
      int size = hiddenDim / numHeads;
      return new AttentionLayers(name, numHeads, size, hiddenDim, true, 1 / Math.sqrt(size), 0);
    }

    LayerNormalization crossNorm() {
      return Objects.requireNonNull(crossNorm);
    }

    AttentionLayers cross() {
      return Objects.requireNonNull(cross);
    }

    Tensor add(Tensor x, Tensor y, String part) {
      return Ops.add(x, drop(y, prefix + "_" + part + "_result_dropout"));
    }

    Tensor feedForward(Tensor x) {
      return add(x, outer.invoke(inner.invoke(feedNorm.invoke(x))), "feed");
    }
  }
}
