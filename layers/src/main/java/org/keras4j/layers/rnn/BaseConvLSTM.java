package org.keras4j.layers.rnn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.ActivationFunction;

/**
 * Recurrent layers whose cell convolves.
 *
 * @param <S> the class itself
 */
public abstract class BaseConvLSTM<S extends BaseConvLSTM<S>> extends CellRNN<S, ConvLSTMCell> {
  BaseConvLSTM(int rank, int filters, int... kernelSize) {
    super(new ConvLSTMCell(rank, filters, kernelSize), "conv_lstm_cell", rank + 3);
  }

  /**
   * The steps of the input's windows, one number or one a spatial axis.
   *
   * @param value 1 by default
   * @return this layer
   */
  public S strides(int... value) {
    return tell("strides", c -> c.strides(value));
  }

  /**
   * What is done at the borders.
   *
   * @param value {@code "valid"} (the default) or {@code "same"}, for the input's convolution
   * @return this layer
   */
  public S padding(String value) {
    return tell("padding", c -> c.padding(value));
  }

  /**
   * {@code "channels_last"} or {@code "channels_first"}.
   *
   * @param value the configured one by default
   * @return this layer
   */
  public S dataFormat(@Nullable String value) {
    return tell("dataFormat", c -> c.dataFormat(value));
  }

  /**
   * The distance of kernel elements, one number or one a spatial axis.
   *
   * @param value 1 by default
   * @return this layer
   */
  public S dilationRate(int... value) {
    return tell("dilationRate", c -> c.dilationRate(value));
  }

  /**
   * The function of the gates.
   *
   * @param value {@code "sigmoid"} by default
   * @return this layer
   */
  public S recurrentActivation(@Nullable ActivationFunction value) {
    return tell("recurrentActivation", c -> c.recurrentActivation(value));
  }

  /**
   * {@link #recurrentActivation(ActivationFunction)} of a name.
   *
   * @param name {@code "relu"}; {@code "none"} for none
   * @return this layer
   * @throws IllegalArgumentException if there is none of that name
   */
  public S recurrentActivation(@Nullable String name) {
    return recurrentActivation(ActivationFunction.named(name));
  }

  /**
   * {@link #recurrentActivation(ActivationFunction)} of a layer, which is applied to the result.
   *
   * @param layer a layer without weights, {@code new ReLU()}
   * @return this layer
   */
  public S recurrentActivation(Layer layer) {
    return recurrentActivation(ActivationFunction.get(layer));
  }

  /**
   * Whether the forget gate's bias starts with ones.
   *
   * @param value true by default
   * @return this layer
   */
  public S unitForgetBias(boolean value) {
    return tell("unitForgetBias", c -> c.unitForgetBias(value));
  }

  @Override
  protected void build(Shape input) {
    cell().requireFit(label(), input, 1);
    super.build(input);
  }

  @Override
  Sequence run(Tensor x, List<?> first, @Nullable Tensor mask, StepContext context) {
    cell().requireFit(label(), x.shape(), 1);
    return super.run(x, first, mask, context);
  }
}
