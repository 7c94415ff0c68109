package org.keras4j.ops.custom;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.ops.internal.engine.VariableReads;

/**
 * The compute dtype of the layer whose call runs: float variables that functions of {@code ops} read
 * are converted to it ({@code keras.AutocastScope}).
 */
public final class Autocast {
  private Autocast() {}

  /** The dtype in force, or null. */
  public static @Nullable DType dtype() {
    return VariableReads.dtype();
  }

  /** Runs with another compute dtype; null for none. */
  public static <R> R with(@Nullable DType dtype, Supplier<R> body) {
    return VariableReads.with(dtype, body);
  }

  /** A variable's value in the dtype in force. */
  public static Tensor value(Variable v) {
    return VariableReads.value(v);
  }

  /** Shape and dtype of {@link #value}. */
  public static TensorSpec spec(Variable v) {
    return VariableReads.spec(v);
  }
}
