package org.keras4j.layers.attention;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.Softmax;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.regularizers.Regularizer;

/**
 * Attention of several heads, each with projections of its own.
 *
 * @param <S> the class itself
 */
public abstract class HeadAttention<S extends HeadAttention<S>> extends FluentLayer<S> {
  @Config
  private double dropout;

  @Config
  private boolean useBias = true;

  @Config
  private boolean useGate;

  @Config
  private @Nullable Integer slidingWindow;

  @Config
  private @Nullable Initializer kernelInitializer = Initializer.get("glorot_uniform");

  @Config
  private @Nullable Regularizer kernelRegularizer;

  @Config
  private @Nullable Constraint kernelConstraint;

  @Config
  private @Nullable Initializer biasInitializer = Initializer.get("zeros");

  @Config
  private @Nullable Regularizer biasRegularizer;

  @Config
  private @Nullable Constraint biasConstraint;

  @Config
  private @Nullable Number seed;

  private @Nullable Boolean flashAttention;

  HeadAttention() {
    supportsMasking(true);
  }

  @Override
  protected void configured() {
    if (!(dropout >= 0 && dropout <= 1)) {
      throw new IllegalArgumentException(
          label() + ": 'dropout' expects a number from 0 to 1, got " + dropout);
    }
    if (slidingWindow != null && slidingWindow <= 0) {
      throw new IllegalArgumentException(
          label() + ": 'slidingWindow' expects null or a positive integer, got " + slidingWindow);
    }
    if (Boolean.TRUE.equals(flashAttention) && dropout > 0) {
      throw new IllegalArgumentException(
          label() + ": flash attention does not go together with dropout");
    }
  }

  /**
   * Which part of the attention weights is dropped in training.
   *
   * @param value 0 by default
   * @return this layer
   */
  public S dropout(double value) {
    set("dropout", () -> dropout = value);
    configured();
    return self();
  }

  /**
   * Whether the projections have biases.
   *
   * @param value true by default
   * @return this layer
   */
  public S useBias(boolean value) {
    return set("useBias", () -> useBias = value);
  }

  /**
   * Whether heads are multiplied with a sigmoid of the query before they are joined.
   *
   * @param value false by default
   * @return this layer
   */
  public S useGate(boolean value) {
    return set("useGate", () -> useGate = value);
  }

  /**
   * How far places may be from each other, exclusively.
   *
   * @param value null (the default) for no limit
   * @return this layer
   */
  public S slidingWindow(@Nullable Integer value) {
    set("slidingWindow", () -> slidingWindow = value);
    configured();
    return self();
  }

  /** {@link #slidingWindow(Integer)} of a number. */
  public S slidingWindow(int value) {
    return slidingWindow((Integer) value);
  }

  /**
   * Whether the backend's own kernel is to compute the attention, which does not hold all weights at once, where it has one.
   *
   * @param value null, the default, for what {@code Keras.flashAttention} says; false for the plain form everywhere; true
   *     refuses dropout and calls that want the scores
   * @return this layer
   */
  public S flashAttention(@Nullable Boolean value) {
    set("flashAttention", () -> flashAttention = value);
    configured();
    return self();
  }

  /**
   * The seed of the dropout, an integer.
   *
   * @param value null (the default) for a random one
   * @return this layer
   */
  public S seed(@Nullable Number value) {
    return set("seed", () -> seed = value);
  }

  /**
   * How the projections' kernel starts.
   *
   * @param value {@code "glorot_uniform"} by default; null for none
   * @return this layer
   */
  public S kernelInitializer(@Nullable Initializer value) {
    return set("kernelInitializer", () -> kernelInitializer = value);
  }

  /**
   * {@link #kernelInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S kernelInitializer(@Nullable String name) {
    return kernelInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the projections' kernel.
   *
   * @param value none by default
   * @return this layer
   */
  public S kernelRegularizer(@Nullable Regularizer value) {
    return set("kernelRegularizer", () -> kernelRegularizer = value);
  }

  /**
   * {@link #kernelRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S kernelRegularizer(@Nullable String name) {
    return kernelRegularizer(Regularizer.named(name));
  }

  /**
   * What the projections' kernel is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S kernelConstraint(@Nullable Constraint value) {
    return set("kernelConstraint", () -> kernelConstraint = value);
  }

  /**
   * {@link #kernelConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S kernelConstraint(@Nullable String name) {
    return kernelConstraint(Constraint.named(name));
  }

  /**
   * How the projections' bias starts.
   *
   * @param value {@code "zeros"} by default; null for none
   * @return this layer
   */
  public S biasInitializer(@Nullable Initializer value) {
    return set("biasInitializer", () -> biasInitializer = value);
  }

  /**
   * {@link #biasInitializer(Initializer)} of a name.
   *
   * @param name {@code "he_normal"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S biasInitializer(@Nullable String name) {
    return biasInitializer(Initializer.named(name));
  }

  /**
   * A penalty on the projections' bias.
   *
   * @param value none by default
   * @return this layer
   */
  public S biasRegularizer(@Nullable Regularizer value) {
    return set("biasRegularizer", () -> biasRegularizer = value);
  }

  /**
   * {@link #biasRegularizer(Regularizer)} of a name.
   *
   * @param name {@code "l2"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S biasRegularizer(@Nullable String name) {
    return biasRegularizer(Regularizer.named(name));
  }

  /**
   * What the projections' bias is confined to after each update.
   *
   * @param value none by default
   * @return this layer
   */
  public S biasConstraint(@Nullable Constraint value) {
    return set("biasConstraint", () -> biasConstraint = value);
  }

  /**
   * {@link #biasConstraint(Constraint)} of a name.
   *
   * @param name {@code "max_norm"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S biasConstraint(@Nullable String name) {
    return biasConstraint(Constraint.named(name));
  }

  final double dropout() {
    return dropout;
  }

  final boolean isUseBias() {
    return useBias;
  }

  final boolean isUseGate() {
    return useGate;
  }

  final @Nullable Integer slidingWindow() {
    return slidingWindow;
  }

  final @Nullable Boolean flashAttention() {
    return flashAttention;
  }

  /** The layer applied to a query, a value, and the value as key. */
  public final Tensor invoke(Object query, Object value) {
    return invoke(query, CallArgs.of("value", value));
  }

  /** The layer applied to a query, a value and a key. */
  public final Tensor invoke(Object query, Object value, Object key) {
    return invoke(query, CallArgs.of("value", value, "key", key));
  }

  @Override
  protected List<String> callArguments() {
    return List.of(
        "query",
        "value",
        "key",
        "query_mask",
        "value_mask",
        "key_mask",
        "attention_mask",
        "return_attention_scores",
        "training",
        "use_causal_mask");
  }

  @Override
  protected List<String> buildArguments() {
    return List.of("query", "value", "key");
  }

  @Override
  protected final void build(Map<String, Object> shapes) {
    if (!(shapes.get("query_shape") instanceof Shape query)
        || !(shapes.get("value_shape") instanceof Shape value)) {
      throw new IllegalArgumentException(
          label() + ": expected a query and the argument 'value', got shapes " + shapes);
    }
    Shape key = shapes.get("key_shape") instanceof Shape s ? s : value;
    if (!value.slice(1, value.rank() - 1).equals(key.slice(1, key.rank() - 1))) {
      throw new IllegalArgumentException(label()
          + ": expected value and key to agree on all axes but the last, got " + value + " and "
          + key);
    }
    build(query, value, key);
    Softmax softmax = new Softmax(softmaxAxes()).dtype(dtypePolicy());
    track("_softmax", softmax);
    track("_dropout_layer", new Dropout(dropout).seed(seed).dtype(dtypePolicy()));
  }

  abstract void build(Shape query, Shape value, Shape key);

  /** The axes of the scores that sum up to 1. */
  abstract int[] softmaxAxes();

  final Layer inner(String attribute) {
    return (Layer) Objects.requireNonNull(trackedAttributes().get(attribute));
  }

  /** A projection; each has initializers of its own, with the same settings. */
  final EinsumDense projection(
      String attribute, String name, String equation, @Nullable String biasAxes, long... shape) {
    EinsumDense d = new EinsumDense(equation, shape)
        .name(name)
        .dtype(dtypePolicy())
        .biasAxes(useBias ? biasAxes : null)
        .activityRegularizer(activityRegularizer())
        .kernelInitializer(copy(kernelInitializer))
        .biasInitializer(copy(biasInitializer))
        .kernelRegularizer(kernelRegularizer)
        .biasRegularizer(biasRegularizer)
        .kernelConstraint(kernelConstraint)
        .biasConstraint(biasConstraint);
    return track(attribute, d);
  }

  private static @Nullable Initializer copy(@Nullable Initializer initializer) {
    return initializer == null ? null : Serializer.copy(initializer);
  }

  /** The mask of the query: the argument {@code query_mask}, else what it carries; or null. */
  @Nullable
  Tensor queryMask(Tensor query, CallContext context) {
    Tensor given = context.tensor("query_mask");
    return given == null ? query.kerasMask() : given;
  }

  /** The mask of a call, or null; causal alone is left to {@code dotProductAttention}. */
  final @Nullable Tensor mask(Tensor query, Tensor value, CallContext context) {
    return AttentionMask.of(
        query,
        value,
        queryMask(query, context),
        context.maskOf("value"),
        context.maskOf("key"),
        context.tensor("attention_mask"),
        context.flag("use_causal_mask", false),
        slidingWindow);
  }

  final boolean causalOnly(Tensor query, CallContext context) {
    return context.flag("use_causal_mask", false)
        && queryMask(query, context) == null
        && context.maskOf("value") == null
        && context.maskOf("key") == null
        && context.get("attention_mask") == null
        && slidingWindow == null;
  }

  /** Whether {@code dotProductAttention} does all. */
  final boolean whole(Tensor query, CallContext context) {
    if (Boolean.TRUE.equals(flashAttention) && scoresWanted(context)) {
      throw new IllegalArgumentException(label()
          + ": flash attention does not give the scores that 'return_attention_scores' asks for");
    }
    return dropout == 0 && !scoresWanted(context) && query.rank() == 4;
  }

  static boolean scoresWanted(CallContext context) {
    return context.flag("return_attention_scores", false);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("activity_regularizer", activityRegularizer());
    return out;
  }
}
