package org.keras4j.layers.rnn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;

/**
 * Recurrent layers whose cell convolves.
 *
 * @param <S> the class itself
 */
public abstract class BaseConvLSTM<S extends BaseConvLSTM<S>> extends CellRNN<S, ConvLSTMCell> {
  BaseConvLSTM(int rank, int filters, int... kernelSize) {
    super(new ConvLSTMCell(rank, filters, kernelSize), "conv_lstm_cell", rank + 3);
  }

  /** The steps of the input's windows, one number or one a spatial axis; 1 by default. */
  public S strides(int... value) {
    return tell(c -> c.strides(value));
  }

  /** {@code "valid"} (the default) or {@code "same"}, for the input's convolution. */
  public S padding(String value) {
    return tell(c -> c.padding(value));
  }

  /** {@code "channels_last"} or {@code "channels_first"}; the configured one by default. */
  public S dataFormat(@Nullable String value) {
    return tell(c -> c.dataFormat(value));
  }

  /** The distance of kernel elements, one number or one a spatial axis; 1 by default. */
  public S dilationRate(int... value) {
    return tell(c -> c.dilationRate(value));
  }

  /** The function of the gates; {@code "sigmoid"} by default. */
  public S recurrentActivation(@Nullable Object value) {
    return tell(c -> c.recurrentActivation(value));
  }

  /** Whether the forget gate's bias starts with ones; true by default. */
  public S unitForgetBias(boolean value) {
    return tell(c -> c.unitForgetBias(value));
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
