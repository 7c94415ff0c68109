package org.keras4j.hub.bert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.initializers.TruncatedNormal;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;

/**
 * The encoder of BERT (Devlin et al. 2018, arXiv:1810.04805) and its kin, RoBERTa (arXiv:1907.11692), DistilBERT
 * (arXiv:1910.01108), MiniLM (arXiv:2002.10957): what it is told, and {@link #build} to make the model. It consists of
 * Keras's own layers and operations, so that Python's Keras opens what is saved of it without further packages.
 *
 * <pre>{@code
 * Functional tiny = new BertBackbone(1000, 2, 2, 32, 64).maxSequenceLength(64).build();
 * Map<String, Tensor> in = Map.of(
 *     "token_ids", Ops.ones(new long[] {1, 8}, "int32"),
 *     "padding_mask", Ops.ones(new long[] {1, 8}, "int32"),
 *     "segment_ids", Ops.zeros(new long[] {1, 8}, "int32"));
 * Object out = tiny.invokeNested(in, CallArgs.of()); // {sequence_output=(1, 8, 32), pooled_output=(1, 32)}
 * }</pre>
 *
 * <p>Inputs, each {@code (batch, sequence)} and of integers: {@code token_ids}; {@code padding_mask}, 1 for tokens and 0 for
 * what fills a text up; {@code segment_ids} if there are two or more ({@link #numSegments}). Outputs: {@code sequence_output (batch, sequence,
 * hidden)}, and {@code pooled_output (batch, hidden)} if there is a {@link #pooler}. As {@code
 * keras_hub.models.BertBackbone}, whose settings have the same names.
 */
public final class BertBackbone {
  private final int vocabularySize;
  private final int numLayers;
  private final int numHeads;
  private final int hiddenDim;
  private final int intermediateDim;
  private double dropout = 0.1;
  private double attentionDropout = 0.1;
  private int maxSequenceLength = 512;
  private int numSegments = 2;
  private double layerNormEpsilon = 1e-12;
  private String activation = "gelu";
  private boolean pooler = true;
  private @Nullable Integer paddingId;
  private String name = "bert_backbone";

  /**
   * With these sizes.
   *
   * @param vocabularySize how many tokens there are
   * @param numLayers how many transformer layers
   * @param numHeads how many heads their attention has; divides {@code hiddenDim}
   * @param hiddenDim the length of a token's vector
   * @param intermediateDim the length of it within the feed-forward part
   * @throws IllegalArgumentException if one is below 1, or the heads do not divide the vector
   */
  public BertBackbone(
      int vocabularySize, int numLayers, int numHeads, int hiddenDim, int intermediateDim) {
    this.vocabularySize = positive("vocabularySize", vocabularySize);
    this.numLayers = positive("numLayers", numLayers);
    this.numHeads = positive("numHeads", numHeads);
    this.hiddenDim = positive("hiddenDim", hiddenDim);
    this.intermediateDim = positive("intermediateDim", intermediateDim);
    if (hiddenDim % numHeads != 0) {
      throw new IllegalArgumentException(
          "BertBackbone: expected 'numHeads' to divide 'hiddenDim', got " + numHeads + " and "
              + hiddenDim);
    }
  }

  private static int positive(String setting, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "BertBackbone: '" + setting + "' expects a positive integer, got " + value);
    }
    return value;
  }

  private static double rate(String setting, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "BertBackbone: '" + setting + "' expects a number from 0 to below 1, got " + value);
    }
    return value;
  }

  /**
   * A pretrained encoder.
   *
   * @param folder a folder of Hugging Face: {@code config.json} of the type bert, roberta, xlm-roberta, camembert or
   *     distilbert, and {@code model.safetensors}, in one file or several; or a preset of KerasHub of a {@code
   *     BertBackbone}, {@code RobertaBackbone}, {@code XLMRobertaBackbone} or {@code DistilBertBackbone}
   * @return the model with its weights, without dropout
   * @throws IllegalArgumentException if the config has a setting that is not known, or weights are missing
   * @throws IOException if the files cannot be read
   */
  public static Functional fromPreset(Path folder) throws IOException {
    return BertPreset.open(folder).backbone();
  }

  /**
   * How much of the embeddings and of each layer's results is dropped in training.
   *
   * @param value 0.1 by default
   * @return this
   */
  public BertBackbone dropout(double value) {
    dropout = rate("dropout", value);
    return this;
  }

  /**
   * How much of the attention's weights is dropped in training. With 0 attention is computed by fused kernels.
   *
   * @param value 0.1 by default
   * @return this
   */
  public BertBackbone attentionDropout(double value) {
    attentionDropout = rate("attentionDropout", value);
    return this;
  }

  /**
   * The number of places that the encoder knows.
   *
   * @param value 512 by default
   * @return this
   */
  public BertBackbone maxSequenceLength(int value) {
    maxSequenceLength = positive("maxSequenceLength", value);
    return this;
  }

  /**
   * How many segments are told apart.
   *
   * @param value 2 by default; 0 for none, and 1 for one that all tokens are of, both without the input {@code segment_ids}
   * @return this
   */
  public BertBackbone numSegments(int value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "BertBackbone: 'numSegments' expects 0 or a positive integer, got " + value);
    }
    numSegments = value;
    return this;
  }

  /**
   * What is added to variances.
   *
   * @param value 1e-12 by default
   * @return this
   */
  public BertBackbone layerNormEpsilon(double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(
          "BertBackbone: 'layerNormEpsilon' expects a positive number, got " + value);
    }
    layerNormEpsilon = value;
    return this;
  }

  /**
   * The function within the feed-forward part.
   *
   * @param value {@code "gelu"} by default; {@code "gelu_approximate"} for the one with tanh, or any of Keras's
   * @return this
   */
  public BertBackbone activation(String value) {
    activation = value;
    return this;
  }

  /**
   * Whether a dense layer with tanh makes {@code pooled_output} of the first token.
   *
   * @param value true by default
   * @return this
   */
  public BertBackbone pooler(boolean value) {
    pooler = value;
    return this;
  }

  /**
   * RoBERTa's places: they count only tokens that do not fill up, and begin behind the number of the one that does.
   *
   * @param value the number of the token that fills up; null (the default) for BERT's places, 0, 1, ...
   * @return this
   */
  public BertBackbone paddingId(@Nullable Integer value) {
    paddingId = value;
    return this;
  }

  /** {@link #paddingId(Integer)} of a number. */
  public BertBackbone paddingId(int value) {
    return paddingId((Integer) value);
  }

  /**
   * The name of the model.
   *
   * @param value {@code "bert_backbone"} by default
   * @return this
   */
  public BertBackbone name(String value) {
    name = value;
    return this;
  }

  int hiddenDim() {
    return hiddenDim;
  }

  int maxSequenceLength() {
    return maxSequenceLength;
  }

  double dropout() {
    return dropout;
  }

  /**
   * Makes the model, with random weights.
   *
   * @return a model of the global dtype policy
   */
  public Functional build() {
    Map<String, Object> inputs = new LinkedHashMap<>();
    KerasTensor ids = input(inputs, "token_ids");
    KerasTensor padding = input(inputs, "padding_mask");
    Tensor x = embeddings(ids, numSegments < 2 ? null : input(inputs, "segment_ids"));
    Tensor mask = Ops.expandDims(Ops.cast(padding, DType.BOOL), 1);
    for (int i = 0; i < numLayers; i++) {
      x = layer(x, mask, "layer_" + i);
    }
    Map<String, Object> outputs = new LinkedHashMap<>();
    outputs.put("sequence_output", x);
    if (pooler) {
      outputs.put(
          "pooled_output", dense(hiddenDim, "pooler").activation("tanh").invoke(Ops.take(x, 0, 1)));
    }
    return Model.of(inputs, outputs, name);
  }

  private static KerasTensor input(Map<String, Object> inputs, String name) {
    KerasTensor t = new Input(-1).dtype(DType.INT32).name(name).output();
    inputs.put(name, t);
    return t;
  }

  private Tensor embeddings(Tensor ids, @Nullable Tensor segments) {
    Tensor tokens = embedding(vocabularySize, "token_embedding").invoke(ids);
    Tensor places = embedding(maxSequenceLength, "position_embedding").invoke(places(ids));
    List<Tensor> parts = new ArrayList<>(List.of(tokens, places));
    if (numSegments > 0) {
      Tensor kinds = segments == null ? Ops.zerosLike(ids) : segments;
      parts.add(embedding(numSegments, "segment_embedding").invoke(kinds));
    }
    Tensor sum = new Add().name("embeddings_add").invoke(parts);
    return drop(norm("embeddings_norm").invoke(sum), "embeddings_dropout");
  }

  private Tensor places(Tensor ids) {
    if (paddingId == null) {
      return Ops.subtract(Ops.cumsum(Ops.onesLike(ids), 1), 1);
    }
    Tensor real = Ops.cast(Ops.notEqual(ids, paddingId), DType.INT32);
    return Ops.add(Ops.multiply(Ops.cumsum(real, 1), real), paddingId);
  }

  private Tensor layer(Tensor x, Tensor mask, String prefix) {
    Tensor attended = new MultiHeadAttention(numHeads, hiddenDim / numHeads)
        .dropout(attentionDropout)
        .kernelInitializer(normal())
        .name(prefix + "_attention")
        .invoke(x, CallArgs.of("value", x, "attention_mask", mask));
    attended = drop(attended, prefix + "_attention_dropout");
    Tensor y = norm(prefix + "_attention_norm")
        .invoke(new Add().name(prefix + "_attention_add").invoke(List.of(attended, x)));
    Tensor inner = dense(intermediateDim, prefix + "_intermediate")
        .activation(activation.equals("gelu_approximate") ? null : activation)
        .invoke(y);
    if (activation.equals("gelu_approximate")) {
      inner = Ops.gelu(inner, true);
    }
    Tensor out =
        drop(dense(hiddenDim, prefix + "_output").invoke(inner), prefix + "_output_dropout");
    return norm(prefix + "_output_norm")
        .invoke(new Add().name(prefix + "_output_add").invoke(List.of(out, y)));
  }

  private static TruncatedNormal normal() {
    return new TruncatedNormal().stddev(0.02);
  }

  private static Embedding embedding(int size, int width, String name) {
    return new Embedding(size, width).embeddingsInitializer(normal()).name(name);
  }

  private Embedding embedding(int size, String name) {
    return embedding(size, hiddenDim, name);
  }

  static Dense dense(int units, String name) {
    return new Dense(units).kernelInitializer(normal()).name(name);
  }

  private LayerNormalization norm(String name) {
    return new LayerNormalization().epsilon(layerNormEpsilon).name(name);
  }

  private Tensor drop(Tensor x, String name) {
    return dropout == 0 ? x : new Dropout(dropout).name(name).invoke(x);
  }
}
