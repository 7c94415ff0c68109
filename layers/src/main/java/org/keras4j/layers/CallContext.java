package org.keras4j.layers;

import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;

/** What a layer's call is told besides its input: training or not, masks, and further arguments. */
public final class CallContext {
  private final boolean training;
  private final boolean trainingGiven;
  private final @Nullable Object input;
  private final Map<String, Object> arguments;

  CallContext(
      boolean training,
      boolean trainingGiven,
      @Nullable Object input,
      Map<String, Object> arguments) {
    this.training = training;
    this.trainingGiven = trainingGiven;
    this.input = input;
    this.arguments = arguments;
  }

  /** The same for a call of which masks are taken from arguments only. */
  CallContext withoutMasks() {
    return new CallContext(training, trainingGiven, null, arguments);
  }

  /**
   * Whether this is a training step: as passed to this call, else to the call around it, else the
   * layer's default, else false.
   */
  public boolean training() {
    return training;
  }

  /** Whether {@link #training} was passed, to this call or one around it, and is no default. */
  public boolean isTrainingGiven() {
    return trainingGiven;
  }

  /** All further arguments by Keras name. */
  public Map<String, Object> arguments() {
    return Collections.unmodifiableMap(arguments);
  }

  /** A further argument by Keras name, or null. */
  public @Nullable Object get(String name) {
    return arguments.get(name);
  }

  /** A further argument that is a tensor, or null. */
  public @Nullable Tensor tensor(String name) {
    Object v = arguments.get(name);
    if (v != null && !(v instanceof Tensor)) {
      throw new IllegalArgumentException("Argument '" + name + "' expects a tensor, got " + v);
    }
    return (Tensor) v;
  }

  /**
   * A further argument that is a boolean, or a number that is true where it is not 0.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public boolean flag(String name, boolean otherwise) {
    Object v = arguments.get(name);
    if (v == null) {
      return otherwise;
    }
    if (v instanceof Number n) {
      return n.doubleValue() != 0;
    }
    if (v instanceof Boolean b) {
      return b;
    }
    throw new IllegalArgumentException("argument '" + name + "': expected true or false, got " + v);
  }

  /** The mask of the input: the argument {@code mask}, else what the input tensor carries; or null. */
  public @Nullable Tensor mask() {
    Object m = masks();
    return m instanceof Tensor t ? t : null;
  }

  /** Likewise, for an input of several tensors: in its structure, null where a tensor has none. */
  public @Nullable Object masks() {
    Object given = arguments.get("mask");
    return given != null ? given : carried(input);
  }

  /** The mask of another tensor argument: {@code name_mask} if given, else what the tensor carries. */
  public @Nullable Tensor maskOf(String name) {
    Object given = arguments.get(name + "_mask");
    if (given instanceof Tensor t) {
      return t;
    }
    return arguments.get(name) instanceof Tensor t ? t.kerasMask() : null;
  }

  static @Nullable Object carried(@Nullable Object structure) {
    return Nest.map(structure, x -> x instanceof Tensor t ? t.kerasMask() : null);
  }
}
