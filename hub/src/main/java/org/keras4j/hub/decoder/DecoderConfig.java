package org.keras4j.hub.decoder;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.activations.ActivationFunction;

/**
 * What a {@link DecoderBackbone} is made of: Llama 3, Mistral, Qwen 2 and 3 and Gemma 3 are settings of it. {@link
 * HuggingFaceDecoder#config} reads them from a {@code config.json}.
 *
 * <pre>{@code
 * DecoderConfig config = new DecoderConfig(128_256, 2048, 16, 32) // the shape of Llama 3.2 1B
 *     .numKeyValueHeads(8)
 *     .intermediateDim(8192)
 *     .rotary(RotaryScaling.of(500_000).llama3(32, 1, 4, 8192))
 *     .tieEmbeddings(true);
 * }</pre>
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class DecoderConfig implements Configurable {
  private static final int MOST_LAYERS = 10_000;
  private static final int MOST_EXPERTS = 100_000;

  @Config
  private int vocabularySize;

  @Config
  private int hiddenDim;

  @Config
  private int numLayers;

  @Config
  private int numQueryHeads;

  @Config
  private int numKeyValueHeads;

  @Config
  private int headDim;

  @Config
  private int intermediateDim;

  @Config
  private ActivationFunction activation = ActivationFunction.get("silu");

  @Config
  private double layerNormEpsilon = 1e-6;

  @Config
  private boolean offsetNorm;

  @Config
  private boolean postNorm;

  @Config
  private boolean queryKeyNorm;

  @Config
  private boolean projectionBias;

  @Config
  private boolean outputBias;

  @Config
  private boolean feedForwardBias;

  @Config
  private @Nullable Double attentionScale;

  @Config
  private @Nullable Double attentionSoftCap;

  @Config
  private @Nullable Double logitSoftCap;

  @Config
  private @Nullable Integer slidingWindow;

  @Config
  private int[] slidingLayers = {};

  @Config
  private RotaryScaling rotary = RotaryScaling.of(10_000);

  @Config
  private @Nullable RotaryScaling slidingRotary;

  @Config
  private boolean scaleEmbeddings;

  @Config
  private boolean tieEmbeddings;

  @Config
  private int numExperts;

  @Config
  private int numExpertsPerToken;

  @Config
  private int expertDim;

  @Config
  private boolean normalizeExperts = true;

  @Config
  private int[] denseLayers = {};

  @Config
  private int[] packedPlanes = {};

  private DecoderConfig() {}

  /**
   * With these sizes, and otherwise as Llama 2.
   *
   * @param vocabularySize how many tokens there are
   * @param hiddenDim the length of the vectors between layers
   * @param numLayers how many layers there are
   * @param numQueryHeads how many heads of the query each has
   * @throws IllegalArgumentException if a size is below 1
   */
  public DecoderConfig(int vocabularySize, int hiddenDim, int numLayers, int numQueryHeads) {
    this.vocabularySize = vocabularySize;
    this.hiddenDim = hiddenDim;
    this.numLayers = numLayers;
    this.numQueryHeads = numQueryHeads;
    check();
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Configurable.super.setConfig(config);
    check();
  }

  private void check() {
    // a damaged file does not make a list of milliards of layers
    if (numLayers > MOST_LAYERS) {
      throw new IllegalArgumentException(
          "DecoderConfig: 'numLayers' expects at most " + MOST_LAYERS + ", got " + numLayers);
    }
    if (vocabularySize <= 0 || hiddenDim <= 0 || numLayers <= 0 || numQueryHeads <= 0) {
      throw new IllegalArgumentException("DecoderConfig: expected sizes above 0, got"
          + " vocabularySize " + vocabularySize + ", hiddenDim " + hiddenDim + ", numLayers "
          + numLayers + " and numQueryHeads " + numQueryHeads);
    }
    if (numKeyValueHeads < 0 || numQueryHeads % numKeyValueHeads() != 0) {
      throw new IllegalArgumentException("DecoderConfig: 'numKeyValueHeads' expects a divisor of "
          + numQueryHeads + " query heads, got " + numKeyValueHeads);
    }
    if (headDim < 0 || headDim() % 2 != 0 || headDim() == 0 || intermediateDim < 0) {
      throw new IllegalArgumentException("DecoderConfig: expected an even size of heads, and sizes"
          + " above 0, got headDim " + headDim() + " and intermediateDim " + intermediateDim());
    }
    if (slidingWindow != null && slidingWindow <= 0) {
      throw new IllegalArgumentException(
          "DecoderConfig: 'slidingWindow' expects null or a positive integer, got "
              + slidingWindow);
    }
    if (numExperts < 0
        || numExperts > MOST_EXPERTS
        || expertDim < 0
        || numExperts > 0 && (numExpertsPerToken < 1 || numExpertsPerToken > numExperts)) {
      throw new IllegalArgumentException("DecoderConfig: expected up to " + MOST_EXPERTS
          + " experts, as many or less for a token, and sizes above 0, got numExperts " + numExperts
          + ", numExpertsPerToken " + numExpertsPerToken + " and expertDim " + expertDim());
    }
    for (int layer : denseLayers) {
      if (layer < 0 || layer >= numLayers) {
        throw new IllegalArgumentException("DecoderConfig: 'denseLayers' expects places from 0 to "
            + (numLayers - 1) + ", got " + Arrays.toString(denseLayers));
      }
    }
    int matrices = numLayers * PackedMatrix.values().length + 2;
    if (packedPlanes.length != 0 && packedPlanes.length != matrices
        || Arrays.stream(packedPlanes).anyMatch(p -> p < 0 || p > 2)) {
      throw new IllegalArgumentException("DecoderConfig: 'packedPlanes' expects " + matrices
          + " numbers from 0 to 2, or none, got " + Arrays.toString(packedPlanes));
    }
    if (packedPlanes.length != 0 && (packedTable() > 0) != (packedLogits() > 0) && !tieEmbeddings) {
      throw new IllegalArgumentException("DecoderConfig: 'packedPlanes' expects the tables of"
          + " embeddings and of logits both packed or none, got " + packedTable() + " and "
          + packedLogits());
    }
    for (int layer : slidingLayers) {
      if (layer < 0 || layer >= numLayers) {
        throw new IllegalArgumentException(
            "DecoderConfig: 'slidingLayers' expects places from 0 to " + (numLayers - 1) + ", got "
                + Arrays.toString(slidingLayers));
      }
    }
  }

  /**
   * How many heads of keys and values there are; each serves as many neighbouring ones of the query.
   *
   * @param value a divisor of the number of query heads, which it is by default
   * @return this config
   * @throws IllegalArgumentException if it does not divide it
   */
  public DecoderConfig numKeyValueHeads(int value) {
    numKeyValueHeads = value;
    check();
    return this;
  }

  /**
   * The size of a head.
   *
   * @param value even; the hidden size divided by the number of query heads by default
   * @return this config
   */
  public DecoderConfig headDim(int value) {
    headDim = value;
    check();
    return this;
  }

  /**
   * The length of the vectors within a feed-forward network.
   *
   * @param value four times the hidden size by default
   * @return this config
   */
  public DecoderConfig intermediateDim(int value) {
    intermediateDim = value;
    check();
    return this;
  }

  /**
   * The function that gates the feed-forward network.
   *
   * @param value {@code silu} by default, as in SwiGLU
   * @return this config
   */
  public DecoderConfig activation(ActivationFunction value) {
    activation = value;
    return this;
  }

  /**
   * {@link #activation(ActivationFunction)} of a name.
   *
   * @param name {@code "gelu"}
   * @return this config
   * @throws IllegalArgumentException if there is none of that name
   */
  public DecoderConfig activation(String name) {
    return activation(ActivationFunction.get(name));
  }

  /**
   * What is added to the mean square in normalizations.
   *
   * @param value 1e-6 by default
   * @return this config
   */
  public DecoderConfig layerNormEpsilon(double value) {
    layerNormEpsilon = value;
    return this;
  }

  /**
   * Whether normalizations scale by one and their weight, which starts at zero, as Gemma's do.
   *
   * @param value false by default
   * @return this config
   */
  public DecoderConfig offsetNorm(boolean value) {
    offsetNorm = value;
    return this;
  }

  /**
   * Whether attention and feed-forward networks are normalized behind, too, as Gemma's are.
   *
   * @param value false by default
   * @return this config
   */
  public DecoderConfig postNorm(boolean value) {
    postNorm = value;
    return this;
  }

  /**
   * Whether the heads of queries and keys are normalized before they are turned, as those of Qwen 3 and Gemma 3 are.
   *
   * @param value false by default
   * @return this config
   */
  public DecoderConfig queryKeyNorm(boolean value) {
    queryKeyNorm = value;
    return this;
  }

  /**
   * Whether the projections to queries, keys and values have biases.
   *
   * @param value false by default
   * @return this config
   */
  public DecoderConfig projectionBias(boolean value) {
    projectionBias = value;
    return this;
  }

  /**
   * Whether the projection of the joined heads has a bias.
   *
   * @param value false by default
   * @return this config
   */
  public DecoderConfig outputBias(boolean value) {
    outputBias = value;
    return this;
  }

  /**
   * Whether the projections of feed-forward networks have biases.
   *
   * @param value false by default
   * @return this config
   */
  public DecoderConfig feedForwardBias(boolean value) {
    feedForwardBias = value;
    return this;
  }

  /**
   * What products of queries and keys are multiplied with.
   *
   * @param value null (the default) for {@code 1 / sqrt(headDim)}
   * @return this config
   */
  public DecoderConfig attentionScale(@Nullable Double value) {
    attentionScale = value;
    return this;
  }

  /** {@link #attentionScale(Double)} of a number. */
  public DecoderConfig attentionScale(double value) {
    return attentionScale((Double) value);
  }

  /**
   * Confines these products to plus and minus this number by tanh, as Gemma 2 does.
   *
   * @param value null (the default) for no limit
   * @return this config
   */
  public DecoderConfig attentionSoftCap(@Nullable Double value) {
    attentionSoftCap = value;
    return this;
  }

  /** {@link #attentionSoftCap(Double)} of a number. */
  public DecoderConfig attentionSoftCap(double value) {
    return attentionSoftCap((Double) value);
  }

  /**
   * Confines the scores of tokens likewise.
   *
   * @param value null (the default) for no limit
   * @return this config
   */
  public DecoderConfig logitSoftCap(@Nullable Double value) {
    logitSoftCap = value;
    return this;
  }

  /** {@link #logitSoftCap(Double)} of a number. */
  public DecoderConfig logitSoftCap(double value) {
    return logitSoftCap((Double) value);
  }

  /**
   * How many tokens back a token sees, itself included.
   *
   * @param window the number of tokens, above 0
   * @param layers the places of the layers that see no further, from 0 on; none for all
   * @return this config
   */
  public DecoderConfig slidingWindow(int window, int... layers) {
    slidingWindow = window;
    slidingLayers = layers.length > 0 ? layers.clone() : all();
    check();
    return this;
  }

  private int[] all() {
    int[] out = new int[numLayers];
    Arrays.setAll(out, i -> i);
    return out;
  }

  /**
   * The frequencies of rotary embeddings.
   *
   * @param value of a longest wavelength of 10,000 by default
   * @return this config
   */
  public DecoderConfig rotary(RotaryScaling value) {
    rotary = value;
    return this;
  }

  /**
   * Those of the layers with a sliding window.
   *
   * @param value null (the default) for the same as of others
   * @return this config
   */
  public DecoderConfig slidingRotary(@Nullable RotaryScaling value) {
    slidingRotary = value;
    return this;
  }

  /**
   * Whether embeddings are multiplied with the root of the hidden size, as Gemma's are.
   *
   * @param value false by default
   * @return this config
   */
  public DecoderConfig scaleEmbeddings(boolean value) {
    scaleEmbeddings = value;
    return this;
  }

  /**
   * Whether tokens are scored by the table of their embeddings.
   *
   * @param value false by default
   * @return this config
   */
  public DecoderConfig tieEmbeddings(boolean value) {
    tieEmbeddings = value;
    return this;
  }

  /**
   * Makes the feed-forward networks mixtures of experts ({@link MixtureOfExperts}), as those of Mixtral and of some of Qwen 3
   * are.
   *
   * @param number how many experts a layer has; 0 (the default) for one network for all tokens
   * @param perToken how many of them a token is given to, from 1 to their number
   * @return this config
   * @throws IllegalArgumentException if a number is out of its bounds
   */
  public DecoderConfig experts(int number, int perToken) {
    numExperts = number;
    numExpertsPerToken = perToken;
    check();
    return this;
  }

  /**
   * The length of the vectors within an expert.
   *
   * @param value that of other feed-forward networks by default
   * @return this config
   */
  public DecoderConfig expertDim(int value) {
    expertDim = value;
    check();
    return this;
  }

  /**
   * Whether the probabilities of the experts that a token is given to are made to sum to 1.
   *
   * @param value true by default
   * @return this config
   */
  public DecoderConfig normalizeExperts(boolean value) {
    normalizeExperts = value;
    return this;
  }

  /**
   * The layers that have one feed-forward network all the same.
   *
   * @param layers their places, from 0 on; none by default
   * @return this config
   * @throws IllegalArgumentException if there is no such layer
   */
  public DecoderConfig denseLayers(int... layers) {
    denseLayers = layers.clone();
    check();
    return this;
  }

  /**
   * Which matrices are kept as integers of four bits with a scale and an offset for each 32 of them ({@link
   * org.keras4j.hub.layers.PackedDense}), and in how many planes: 2 are integers of eight bits. Set after the other settings.
   *
   * @param planes of each layer those of query, key, value, output, gate, up and down, then those of the table of embeddings and
   *     of the one of logits, which counts where embeddings are not tied; 0 for floats, and none (the default) for floats all over
   * @return this config
   * @throws IllegalArgumentException if there are not as many, one is not 0, 1 or 2, or of two tables one alone is packed
   */
  public DecoderConfig packedPlanes(int... planes) {
    packedPlanes = planes.clone();
    check();
    return this;
  }

  /** See {@link #packedPlanes(int...)}. */
  int packed(int layer, PackedMatrix matrix) {
    return packedPlanes.length == 0
        ? 0
        : packedPlanes[layer * PackedMatrix.values().length + matrix.ordinal()];
  }

  int packedTable() {
    return packedPlanes.length == 0 ? 0 : packedPlanes[packedPlanes.length - 2];
  }

  int packedLogits() {
    return packedPlanes.length == 0 ? 0 : packedPlanes[packedPlanes.length - 1];
  }

  /** See {@link #packedPlanes(int...)}. */
  public boolean isPacked() {
    return Arrays.stream(packedPlanes).anyMatch(p -> p > 0);
  }

  /** How many tokens there are. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /** The length of the vectors between layers. */
  public int hiddenDim() {
    return hiddenDim;
  }

  /** How many layers there are. */
  public int numLayers() {
    return numLayers;
  }

  /** How many heads of the query a layer has. */
  public int numQueryHeads() {
    return numQueryHeads;
  }

  /** See {@link #numKeyValueHeads(int)}. */
  public int numKeyValueHeads() {
    return numKeyValueHeads == 0 ? numQueryHeads : numKeyValueHeads;
  }

  /** See {@link #headDim(int)}. */
  public int headDim() {
    return headDim == 0 ? hiddenDim / numQueryHeads : headDim;
  }

  /** See {@link #intermediateDim(int)}. */
  public int intermediateDim() {
    return intermediateDim == 0 ? 4 * hiddenDim : intermediateDim;
  }

  /** See {@link #activation(ActivationFunction)}. */
  public ActivationFunction activation() {
    return activation;
  }

  /** See {@link #layerNormEpsilon(double)}. */
  public double layerNormEpsilon() {
    return layerNormEpsilon;
  }

  /** See {@link #offsetNorm(boolean)}. */
  public boolean isOffsetNorm() {
    return offsetNorm;
  }

  /** See {@link #postNorm(boolean)}. */
  public boolean isPostNorm() {
    return postNorm;
  }

  /** See {@link #queryKeyNorm(boolean)}. */
  public boolean isQueryKeyNorm() {
    return queryKeyNorm;
  }

  /** See {@link #projectionBias(boolean)}. */
  public boolean isProjectionBias() {
    return projectionBias;
  }

  /** See {@link #outputBias(boolean)}. */
  public boolean isOutputBias() {
    return outputBias;
  }

  /** See {@link #feedForwardBias(boolean)}. */
  public boolean isFeedForwardBias() {
    return feedForwardBias;
  }

  /** What products of queries and keys are multiplied with. */
  public double attentionScale() {
    return attentionScale == null ? 1 / Math.sqrt(headDim()) : attentionScale;
  }

  /** See {@link #attentionSoftCap(Double)}. */
  public @Nullable Double attentionSoftCap() {
    return attentionSoftCap;
  }

  /** See {@link #logitSoftCap(Double)}. */
  public @Nullable Double logitSoftCap() {
    return logitSoftCap;
  }

  /** How many tokens back the tokens of a layer see; null for all. */
  public @Nullable Integer windowOf(int layer) {
    return isSliding(layer) ? slidingWindow : null;
  }

  /** The frequencies of a layer. */
  public RotaryScaling rotaryOf(int layer) {
    return isSliding(layer) && slidingRotary != null ? slidingRotary : rotary;
  }

  private boolean isSliding(int layer) {
    return Arrays.stream(slidingLayers).anyMatch(i -> i == layer);
  }

  /** See {@link #scaleEmbeddings(boolean)}. */
  public boolean isScaleEmbeddings() {
    return scaleEmbeddings;
  }

  /** See {@link #tieEmbeddings(boolean)}. */
  public boolean isTieEmbeddings() {
    return tieEmbeddings;
  }

  /** How many experts a layer has; 0 if there are none. */
  public int numExperts() {
    return numExperts;
  }

  /** How many experts a token is given to. */
  public int numExpertsPerToken() {
    return numExpertsPerToken;
  }

  /** See {@link #expertDim(int)}. */
  public int expertDim() {
    return expertDim == 0 ? intermediateDim() : expertDim;
  }

  /** See {@link #normalizeExperts(boolean)}. */
  public boolean isNormalizeExperts() {
    return normalizeExperts;
  }

  /** Whether the feed-forward network of a layer is a mixture of experts. */
  public boolean hasExperts(int layer) {
    return numExperts > 0 && Arrays.stream(denseLayers).noneMatch(i -> i == layer);
  }
}
