package org.keras4j.layers.core;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.FluentLayer;

/**
 * A Java function as a layer ({@code keras.layers.Lambda}). It cannot be saved: a layer class of one's own,
 * annotated with {@link org.keras4j.core.serialization.KerasSerializable}, can.
 *
 * <p>Input and output: what the function takes and gives.
 */
public final class Lambda extends FluentLayer<Lambda> {
  private final BiFunction<Object, CallContext, Object> function;
  private @Nullable BiFunction<Object, @Nullable Object, @Nullable Object> mask;

  /** With a function of one tensor. */
  public Lambda(Function<Tensor, Tensor> function) {
    this((x, context) -> function.apply((Tensor) x));
  }

  /** With a function of any nested input, told of training and masks. */
  public Lambda(BiFunction<Object, CallContext, Object> function) {
    this.function = function;
    supportsMasking(false);
    builtWithoutInput();
  }

  /** Computes the mask of the output from the inputs and their mask; without it there is none. */
  public Lambda mask(BiFunction<Object, @Nullable Object, @Nullable Object> value) {
    supportsMasking(true);
    return set("mask", () -> mask = value);
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    return mask == null ? null : mask.apply(inputs, previousMask);
  }

  @Override
  protected Object call(@Nullable Object inputs, CallContext context) {
    return function.apply(inputs, context);
  }

  @Override
  public Map<String, Object> getConfig() {
    throw new IllegalStateException(label()
        + ": holds a Java function and cannot be saved; write what it computes with Ops"
        + " outside of any layer, which a Functional model saves, or as a layer class of your"
        + " own with @KerasSerializable");
  }
}
