package org.keras4j.layers.rnn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Wrapper;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Applies a layer to each step of a sequence ({@code keras.layers.TimeDistributed}).
 *
 * <p>Input shape: {@code (batch, time, ...)}; a mask {@code (batch, time, ...)} is passed to the layer step by
 * step. Output shape: {@code (batch, time, ...)}, the rest being the layer's output. Weights: the layer's.
 *
 * <p>As in Keras the layer's {@code call} itself runs: inputs have this wrapper's compute dtype, whatever the
 * layer's own, and an activity regularizer of the layer is not applied.
 *
 * <pre>{@code
 * Tensor y = new TimeDistributed(new Dense(4)).invoke(Ops.ones(new long[] {32, 10, 8})); // (32, 10, 4)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class TimeDistributed extends Wrapper<TimeDistributed> {
  private TimeDistributed() {
    supportsMasking(true);
  }

  /**
   * Of this layer.
   *
   * @param layer the layer inside
   */
  public TimeDistributed(Layer layer) {
    super(layer);
    supportsMasking(true);
  }

  @Override
  protected List<String> callArguments() {
    return List.of("inputs", "training", "mask");
  }

  @Override
  protected void build(Shape input) {
    if (input.rank() < 3) {
      throw new IllegalArgumentException(
          label() + ": expected an input (batch, time, ...) of rank 3 at least, got " + input);
    }
    layer().buildFor(input.without(1));
  }

  @Override
  protected Tensor call(Tensor x, CallContext context) {
    Tensor mask = context.mask();
    if (mask != null
        && (mask.rank() < 2 || !mask.shape().slice(0, 2).isCompatible(x.shape().slice(0, 2)))) {
      throw new IllegalArgumentException(
          label() + ": expected a mask whose first two axes are those" + " of the input "
              + x.shape() + ", got " + mask.shape());
    }
    Tensor passed = takesMask(layer()) ? mask : null;
    long steps = x.shape().dim(1);
    return steps > 0 && !(passed == null && actsOnSamplesAlone(layer()))
        ? stepByStep(x, passed, steps)
        : folded(x, passed);
  }

  private Tensor stepByStep(Tensor x, @Nullable Tensor mask, long steps) {
    List<Tensor> out = new ArrayList<>();
    for (long i = 0; i < steps; i++) {
      Tensor m = mask == null ? null : Ops.squeeze(Prims.slice(mask, 1, i, i + 1), 1);
      Tensor step = Ops.squeeze(Prims.slice(x, 1, i, i + 1), 1);
      out.add(callItself(layer(), step, CallArgs.of("mask", m)));
    }
    return Ops.stack(out, 1);
  }

  // time as a part of the batch
  private Tensor folded(Tensor x, @Nullable Tensor mask) {
    Tensor in = join(x);
    Tensor y = callItself(layer(), in, CallArgs.of("mask", mask == null ? null : join(mask)));
    List<Object> dims = new ArrayList<>(List.of(size(x, 0), size(x, 1)));
    for (int i = 1; i < y.rank(); i++) {
      dims.add(size(y, i));
    }
    return Ops.reshape(y, dims);
  }

  private static Tensor join(Tensor x) {
    List<Object> dims = new ArrayList<>();
    dims.add(-1);
    for (int i = 2; i < x.rank(); i++) {
      dims.add(size(x, i));
    }
    return Ops.reshape(x, dims);
  }

  private static Object size(Tensor x, int axis) {
    long d = x.shape().dim(axis);
    return d >= 0 ? (Object) d : Prims.dimSize(x, axis);
  }
}
