package org.keras4j.hub.gpt2;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.hub.decoder.CausalBackbone;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.ReversibleEmbedding;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.ops.Ops;

/**
 * GPT-2 (Radford et al. 2019; {@code GPT2Backbone} of KerasHub): a decoder with learned positions.
 *
 * <p>Input shape: {@code (batch, time)}, tokens, {@code time} at most {@code maxSequenceLength}. Output shape: {@code (batch,
 * time, hidden)}. Weights: those of {@code token_embedding}, {@code position_embedding}, of each {@link GPT2Block}, and of
 * {@code final_norm}.
 *
 * <pre>{@code
 * var backbone = new GPT2Backbone(1000, 32, 2, 4);
 * Tensor hidden = backbone.invoke(new int[][] {{1, 2, 3}}); // (1, 3, 32)
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class GPT2Backbone extends CausalBackbone {
  private static final int MOST_LAYERS = 10_000;

  @Config
  private int vocabularySize;

  @Config
  private int hiddenDim;

  @Config
  private int numLayers;

  @Config
  private int numHeads;

  @Config
  private int intermediateDim;

  @Config
  private int maxSequenceLength = 1024;

  @Config
  private double layerNormEpsilon = 1e-5;

  @Config
  private double dropout = 0.1;

  private GPT2Backbone() {}

  /**
   * With these sizes.
   *
   * @param vocabularySize how many tokens there are
   * @param hiddenDim the length of the vectors between layers
   * @param numLayers how many layers there are
   * @param numHeads how many heads each has, a divisor of {@code hiddenDim}
   * @throws IllegalArgumentException if a size is below 1, or does not divide
   */
  public GPT2Backbone(int vocabularySize, int hiddenDim, int numLayers, int numHeads) {
    this.vocabularySize = vocabularySize;
    this.hiddenDim = hiddenDim;
    this.numLayers = numLayers;
    this.numHeads = numHeads;
    this.intermediateDim = 4 * hiddenDim;
    configured();
  }

  @Override
  protected void configured() {
    // a damaged file does not make a list of milliards of layers
    if (numLayers > MOST_LAYERS) {
      throw new IllegalArgumentException(
          label() + ": 'numLayers' expects at most " + MOST_LAYERS + ", got " + numLayers);
    }
    if (vocabularySize <= 0
        || numLayers <= 0
        || numHeads <= 0
        || hiddenDim <= 0
        || hiddenDim % numHeads != 0
        || intermediateDim <= 0
        || maxSequenceLength <= 0) {
      throw new IllegalArgumentException(label() + ": expected sizes above 0, and a number of heads"
          + " that divides the hidden size, got vocabularySize " + vocabularySize + ", hiddenDim "
          + hiddenDim + ", numLayers " + numLayers + ", numHeads " + numHeads
          + ", intermediateDim " + intermediateDim + " and maxSequenceLength "
          + maxSequenceLength);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          label() + ": 'dropout' expects a number from 0 to below 1, got " + dropout);
    }
  }

  private GPT2Backbone with(String setting, Runnable change) {
    mutable(setting);
    change.run();
    configured();
    return this;
  }

  /**
   * The length of the vectors within a feed-forward network.
   *
   * @param value four times the hidden size by default
   * @return this network
   */
  public GPT2Backbone intermediateDim(int value) {
    return with("intermediateDim", () -> intermediateDim = value);
  }

  /**
   * How many positions are learned.
   *
   * @param value 1024 by default
   * @return this network
   */
  public GPT2Backbone maxSequenceLength(int value) {
    return with("maxSequenceLength", () -> maxSequenceLength = value);
  }

  /**
   * What is added to variances in normalizations.
   *
   * @param value 1e-5 by default
   * @return this network
   */
  public GPT2Backbone layerNormEpsilon(double value) {
    return with("layerNormEpsilon", () -> layerNormEpsilon = value);
  }

  /**
   * Which part of embeddings, attention weights and results of layers is dropped in training.
   *
   * @param value 0.1 by default
   * @return this network
   */
  public GPT2Backbone dropout(double value) {
    return with("dropout", () -> dropout = value);
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public int hiddenDim() {
    return hiddenDim;
  }

  @Override
  public int numLayers() {
    return numLayers;
  }

  @Override
  public int numKeyValueHeads() {
    return numHeads;
  }

  @Override
  public int headDim() {
    return hiddenDim / numHeads;
  }

  @Override
  public @Nullable Integer maxLength() {
    return maxSequenceLength;
  }

  @Override
  protected void build(Shape input) {
    Shape hidden = Shape.of(-1, -1, hiddenDim);
    track(
            "token_embedding",
            new ReversibleEmbedding(vocabularySize, hiddenDim)
                .name("token_embedding")
                .dtype(dtypePolicy()))
        .buildFor(input);
    track(
            "position_embedding",
            new Embedding(maxSequenceLength, hiddenDim)
                .name("position_embedding")
                .dtype(dtypePolicy()))
        .buildFor(input);
    track("embedding_dropout", new Dropout(dropout).name("embedding_dropout").dtype(dtypePolicy()))
        .buildFor(hidden);
    List<Layer> blocks = new ArrayList<>();
    for (int i = 0; i < numLayers; i++) {
      blocks.add(new GPT2Block(numHeads, intermediateDim)
          .layerNormEpsilon(layerNormEpsilon)
          .dropout(dropout)
          .name("block_" + i)
          .dtype(dtypePolicy()));
    }
    track("blocks", blocks);
    blocks.forEach(b -> b.buildFor(hidden));
    track(
            "final_norm",
            new LayerNormalization()
                .epsilon(layerNormEpsilon)
                .name("final_norm")
                .dtype(dtypePolicy()))
        .buildFor(hidden);
  }

  private Layer inner(String name) {
    return (Layer)
        Objects.requireNonNull(trackedAttributes().get(name), () -> label() + ": is not built");
  }

  @Override
  protected Tensor embed(Tensor tokens, Tensor positions) {
    if (tokens.shape().dim(1) > maxSequenceLength) {
      throw new IllegalArgumentException(
          label() + ": expected at most " + maxSequenceLength + " tokens, got " + tokens.shape());
    }
    Tensor x = Ops.add(
        inner("token_embedding").invoke(tokens), inner("position_embedding").invoke(positions));
    return inner("embedding_dropout").invoke(x);
  }

  @Override
  @SuppressWarnings("unchecked") // what build has put there
  protected List<Layer> blocks() {
    return (List<Layer>) Objects.requireNonNull(trackedAttributes().get("blocks"));
  }

  @Override
  protected Tensor normalize(Tensor hidden) {
    return inner("final_norm").invoke(hidden);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return inner("token_embedding").invoke(hidden, CallArgs.of("reverse", true));
  }
}
