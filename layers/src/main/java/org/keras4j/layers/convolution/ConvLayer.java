package org.keras4j.layers.convolution;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.AdaptableLayer;
import org.keras4j.layers.InputSpec;
import org.keras4j.layers.Layer;
import org.keras4j.layers.WeightOptions;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.arguments.SpatialPadding;
import org.keras4j.ops.internal.engine.Prims;

/**
 * What all convolution layers have in common: windows, layout, bias and activation.
 *
 * @param <S> the class itself
 */
public abstract class ConvLayer<S extends ConvLayer<S>> extends AdaptableLayer<S> {
  private final int rank;
  private final boolean causalAllowed;

  @Config
  private int[] kernelSize;

  @Config
  private int[] strides;

  @Config
  private String padding = "valid";

  @Config
  private String dataFormat = Extent.dataFormat(null);

  @Config
  private int[] dilationRate;

  @Config
  private ActivationFunction activation = ActivationFunction.get(null);

  @Config
  private boolean useBias = true;

  @Config
  private @Nullable Initializer biasInitializer = Initializer.get("zeros");

  @Config
  private @Nullable Regularizer biasRegularizer;

  @Config
  private @Nullable Constraint biasConstraint;

  private @Nullable Variable bias;

  ConvLayer(int rank, boolean causalAllowed) {
    this.rank = rank;
    this.causalAllowed = causalAllowed;
    this.kernelSize = ones(rank);
    this.strides = ones(rank);
    this.dilationRate = ones(rank);
    inputSpec(new InputSpec().minNdim(rank + 2));
  }

  private static int[] ones(int n) {
    int[] out = new int[n];
    Arrays.fill(out, 1);
    return out;
  }

  @Override
  protected void configured() {
    kernelSize = Extent.of(label() + " kernelSize", rank, 1, kernelSize);
    strides = Extent.of(label() + " strides", rank, 1, strides);
    dilationRate = Extent.of(label() + " dilationRate", rank, 1, dilationRate);
    dataFormat = Extent.dataFormat(dataFormat);
    padding = causalAllowed
        ? Extent.choice("padding", padding, "valid", "same", "causal")
        : Extent.choice("padding", padding, "valid", "same");
    if (!dilatesWithStrides() && dilatesAndStrides()) {
      throw new IllegalArgumentException(label()
          + ": strides and dilation_rate cannot both be above 1, got strides "
          + Arrays.toString(strides) + " and dilation_rate " + Arrays.toString(dilationRate));
    }
  }

  /** Whether strides and dilation may both be above 1; no by default. */
  boolean dilatesWithStrides() {
    return false;
  }

  private boolean dilatesAndStrides() {
    return Arrays.stream(strides).max().orElse(1) > 1
        && Arrays.stream(dilationRate).max().orElse(1) > 1;
  }

  final void kernelSize(int... value) {
    this.kernelSize = Extent.of(label() + " kernelSize", rank, 1, value);
  }

  /**
   * The steps of the windows, one number or one a spatial axis.
   *
   * @param value 1 by default
   * @return this layer
   */
  public S strides(int... value) {
    set("strides", () -> strides = value);
    configured();
    return self();
  }

  /**
   * {@code "valid"} (the default).
   *
   * @param value only windows inside; {@code "same"}: zeros around so that strides alone tell the size; layers
   *     over one axis also take {@code "causal"}: zeros before only
   * @return this layer
   */
  public S padding(String value) {
    set("padding", () -> padding = value);
    configured();
    return self();
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}.
   *
   * @param value the configured one by default
   * @return this layer
   */
  public S dataFormat(@Nullable String value) {
    return set("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  /**
   * The distance of kernel elements, one number or one a spatial axis.
   *
   * @param value 1 by default
   * @return this layer
   */
  public S dilationRate(int... value) {
    set("dilationRate", () -> dilationRate = value);
    configured();
    return self();
  }

  /**
   * The function applied to the result.
   *
   * @param value linear by default, which null means too
   * @return this layer
   */
  public S activation(@Nullable ActivationFunction value) {
    return set("activation", () -> activation = ActivationFunction.get(value));
  }

  /**
   * {@link #activation(ActivationFunction)} of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S activation(@Nullable String name) {
    return activation(ActivationFunction.named(name));
  }

  /**
   * {@link #activation(ActivationFunction)} of a layer, which is applied to the result.
   *
   * @param layer a layer without weights, {@code new ReLU()}
   * @return this layer
   */
  public S activation(Layer layer) {
    return activation(ActivationFunction.get(layer));
  }

  /**
   * Whether there is a bias.
   *
   * @param value true by default
   * @return this layer
   */
  public S useBias(boolean value) {
    return set("useBias", () -> useBias = value);
  }

  /**
   * How the bias starts.
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
   * A penalty on the bias.
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
   * What the bias is confined to after each update.
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

  final int spatialRank() {
    return rank;
  }

  final int[] kernelSize() {
    return kernelSize;
  }

  final int[] strides() {
    return strides;
  }

  final int[] dilationRate() {
    return dilationRate;
  }

  final String padding() {
    return padding;
  }

  final String dataFormat() {
    return dataFormat;
  }

  final boolean channelsFirst() {
    return dataFormat.equals("channels_first");
  }

  final int channelAxis() {
    return channelsFirst() ? 1 : -1;
  }

  /** The number of input channels, which must be known. */
  final int channels(Shape input) {
    long c = input.dim(channelAxis());
    if (c < 0) {
      throw new IllegalArgumentException(
          label() + ": expected a known number of channels, got input shape " + input);
    }
    return input.intDim(channelAxis());
  }

  final Shape kernelShape(long channels, long outputs) {
    long[] d = new long[rank + 2];
    for (int i = 0; i < rank; i++) {
      d[i] = kernelSize[i];
    }
    d[rank] = channels;
    d[rank + 1] = outputs;
    return Shape.of(d);
  }

  final void addBias(int filters) {
    if (useBias) {
      bias = addWeight(
          "bias",
          Shape.of(filters),
          WeightOptions.initializer(biasInitializer)
              .regularizer(biasRegularizer)
              .constraint(biasConstraint));
    }
  }

  /** The padding that the convolution itself does: causal zeros are added by {@link #causal}. */
  final String opPadding() {
    return padding.equals("causal") ? "valid" : padding;
  }

  /**
   * The input, if a window fits into it.
   *
   * @throws IllegalArgumentException if none does
   */
  final Tensor fitting(Tensor x) {
    long[] span = new long[rank];
    for (int i = 0; i < rank; i++) {
      span[i] = (kernelSize[i] - 1L) * dilationRate[i] + 1;
    }
    SpatialPadding.requireFit(label(), x.shape(), channelsFirst() ? 2 : 1, span, padding);
    return x;
  }

  /** The input with zeros before the only spatial axis, if the padding is causal. */
  final Tensor causal(Tensor x) {
    if (!padding.equals("causal")) {
      return x;
    }
    long[] before = new long[3];
    before[channelsFirst() ? 2 : 1] = (long) dilationRate[0] * (kernelSize[0] - 1);
    return Prims.pad(x, 0, before, new long[3]);
  }

  /** Adds the bias and applies the activation. */
  final Tensor finish(Tensor y) {
    if (bias != null) {
      long[] shape = new long[rank + 2];
      Arrays.fill(shape, 1);
      shape[channelsFirst() ? 1 : rank + 1] = bias.shape().dim(0);
      y = Ops.add(y, Ops.reshape(bias, shape));
    }
    return activate(activation, y);
  }

  @Override
  public Map<String, Object> getConfig() {
    Map<String, Object> out = super.getConfig();
    out.put("activity_regularizer", activityRegularizer());
    return out;
  }

  @Override
  protected boolean actsOnSamplesAlone() {
    return true;
  }
}
