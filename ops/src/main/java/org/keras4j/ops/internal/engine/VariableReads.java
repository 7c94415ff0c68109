package org.keras4j.ops.internal.engine;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.core.context.Context;

/** What functions get when they read a variable: its value, of floats in the compute dtype in force. */
public final class VariableReads {
  private static final Context.Key<DType> DTYPE = Context.Key.inherited("compute dtype");

  private VariableReads() {}

  /** The compute dtype in force, or null. */
  public static @Nullable DType dtype() {
    return DTYPE.get();
  }

  /** Runs with another compute dtype; null for none. */
  public static <R> R with(@Nullable DType dtype, Supplier<R> body) {
    return DTYPE.with(dtype, body);
  }

  /** A variable's value in the dtype in force. */
  public static Tensor value(Variable v) {
    Tensor t = v.value();
    DType d = DTYPE.get();
    return d != null && v.isAutocast() && t.dtype().isFloat() ? ArrayLike.convert(t, d) : t;
  }

  /** Shape and dtype of {@link #value}. */
  public static TensorSpec spec(Variable v) {
    DType d = DTYPE.get();
    return d != null && v.isAutocast() && v.dtype().isFloat() ? v.spec().withDType(d) : v.spec();
  }
}
