package org.keras4j.layers.rnn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.layers.activations.ActivationFunction;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.internal.Extent;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.Autocast;
import org.keras4j.ops.internal.arguments.SpatialPadding;
import org.keras4j.ops.internal.engine.Prims;

/** The cell of the convolutional LSTMs: {@link LSTMCell} with convolutions in place of products. */
public final class ConvLSTMCell extends GateCell<ConvLSTMCell> {
  private final int rank;

  @Config
  private int filters;

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
  private ActivationFunction recurrentActivation = ActivationFunction.get("sigmoid");

  @Config
  private boolean unitForgetBias = true;

  private @Nullable Shape state;

  ConvLSTMCell(int rank, int filters, int... kernelSize) {
    this.rank = rank;
    this.filters = filters;
    this.kernelSize = kernelSize;
    this.strides = new int[] {1};
    this.dilationRate = new int[] {1};
    configured();
  }

  @Override
  protected void configured() {
    super.configured();
    Extent.of(label() + " filters", 1, 1, filters);
    kernelSize = Extent.of(label() + " kernelSize", rank, 1, kernelSize);
    strides = Extent.of(label() + " strides", rank, 1, strides);
    dilationRate = Extent.of(label() + " dilationRate", rank, 1, dilationRate);
    padding = Extent.choice("padding", padding, "valid", "same");
    dataFormat = Extent.dataFormat(dataFormat);
    if (Arrays.stream(strides).max().orElse(1) > 1
        && Arrays.stream(dilationRate).max().orElse(1) > 1) {
      throw new IllegalArgumentException(
          label() + ": strides and dilation_rate cannot both be above 1");
    }
  }

  ConvLSTMCell strides(int... value) {
    set("strides", () -> strides = value);
    configured();
    return this;
  }

  ConvLSTMCell padding(String value) {
    set("padding", () -> padding = value);
    configured();
    return this;
  }

  ConvLSTMCell dataFormat(@Nullable String value) {
    return set("dataFormat", () -> dataFormat = Extent.dataFormat(value));
  }

  ConvLSTMCell dilationRate(int... value) {
    set("dilationRate", () -> dilationRate = value);
    configured();
    return this;
  }

  ConvLSTMCell recurrentActivation(@Nullable Object value) {
    return set("recurrentActivation", () -> recurrentActivation = ActivationFunction.get(value));
  }

  ConvLSTMCell unitForgetBias(boolean value) {
    return set("unitForgetBias", () -> unitForgetBias = value);
  }

  @Override
  int maskCount() {
    return 4;
  }

  @Override
  @Nullable
  Initializer firstBias() {
    return unitForgetBias ? new ForgetBias(biasInitializer()) : biasInitializer();
  }

  private boolean channelsFirst() {
    return dataFormat.equals("channels_first");
  }

  @Override
  protected void build(Shape input) {
    if (input.rank() != rank + 2 || !input.slice(1).isKnown()) {
      throw new IllegalArgumentException(label() + ": expected inputs of rank " + (rank + 2)
          + " whose spatial sizes and channels are known, got " + input);
    }
    int first = channelsFirst() ? 2 : 1;
    long channels = input.dim(channelsFirst() ? 1 : -1);
    long[] spatial = new long[rank];
    long[] kernel = new long[rank + 2];
    for (int i = 0; i < rank; i++) {
      kernel[i] = kernelSize[i];
      long n = input.dim(first + i);
      long span = (kernelSize[i] - 1L) * dilationRate[i] + 1;
      spatial[i] = padding.equals("same")
          ? (n + strides[i] - 1) / strides[i]
          : n < span ? 0 : (n - span) / strides[i] + 1;
      if (spatial[i] == 0 && !padding.equals("same")) {
        throw new IllegalArgumentException(
            label() + ": nothing is left of inputs " + input + " with padding 'valid'");
      }
    }
    kernel[rank] = channels;
    kernel[rank + 1] = 4L * filters;
    Shape s = Shape.of(spatial);
    state = channelsFirst() ? s.insert(0, filters) : s.insert(rank, filters);
    addWeights(Shape.of(kernel), Shape.of(kernel).with(rank, filters), Shape.of(4L * filters));
  }

  @Override
  public List<?> stateShape() {
    Shape s = Objects.requireNonNull(state, () -> label() + " is not built");
    return List.of(s, s);
  }

  /** Fails if no window fits into an input with some axes before those of the cell's. */
  void requireFit(String who, Shape input, int before) {
    long[] span = new long[rank];
    for (int i = 0; i < rank; i++) {
      span[i] = (kernelSize[i] - 1L) * dilationRate[i] + 1;
    }
    int first = before + (channelsFirst() ? 2 : 1);
    SpatialPadding.requireFit(who, input, first, span, padding);
  }

  @Override
  public Step step(Tensor x, List<?> states, StepContext context) {
    Tensor h = (Tensor) states.get(0);
    Tensor c = (Tensor) states.get(1);
    int axis = channelsFirst() ? 1 : rank + 1;
    Tensor z = Ops.add(
        convolve(x, inputMasks(context), kernel(), strides, padding, dilationRate, axis),
        convolve(h, stateMasks(context), recurrentKernel(), 1, "same", 1, axis));
    if (bias() != null) {
      long[] shape = new long[rank + 2];
      Arrays.fill(shape, 1);
      shape[axis] = 4L * filters;
      z = Ops.add(z, Ops.reshape(bias(), shape));
    }
    Tensor i = recurrentActivation.call(gate(z, axis, 0));
    Tensor f = recurrentActivation.call(gate(z, axis, 1));
    Tensor g = activation().call(gate(z, axis, 2));
    Tensor o = recurrentActivation.call(gate(z, axis, 3));
    Tensor next = Ops.add(Ops.multiply(f, c), Ops.multiply(i, g));
    Tensor y = Ops.multiply(o, activation().call(next));
    return new Step(y, List.of(y, next));
  }

  private Tensor gate(Tensor z, int axis, int i) {
    return Prims.slice(z, axis, (long) i * filters, (i + 1L) * filters);
  }

  private Tensor convolve(
      Tensor x,
      @Nullable List<Tensor> masks,
      Variable kernel,
      Object strides,
      String padding,
      Object dilation,
      int axis) {
    Tensor k = Autocast.value(kernel);
    if (masks == null) {
      return Ops.conv(x, k, strides, padding, dataFormat, dilation);
    }
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Tensor in = Ops.multiply(x, masks.get(i));
      Tensor part = gate(k, rank + 1, i);
      out.add(Ops.conv(in, part, strides, padding, dataFormat, dilation));
    }
    return Prims.concat(out, axis);
  }
}
