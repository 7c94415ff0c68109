package org.keras4j.ops.internal.numpy;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.ops.custom.Op;
import org.keras4j.ops.types.TensorFunction;

/** Functions of parts of tensors as functions of whole ones ({@code keras.ops.vectorize}). */
public final class VectorizeOps {
  private VectorizeOps() {}

  /** A function of scalars, applied to all elements of its arguments. */
  public static <R> TensorFunction<R> vectorize(TensorFunction<? extends R> pyfunc) {
    return vectorize(pyfunc, null, null);
  }

  /**
   * A function of parts of tensors as one of whole tensors ({@code keras.ops.vectorize}): it is applied to
   * all parts at once, as in {@code vectorizedMap}, and the axes that the parts do not have are broadcast.
   *
   * @param pyfunc from parts to a part, or a nested structure of parts
   * @param excluded positions of arguments that are handed through as they are; null for none
   * @param signature names of the axes of the parts, {@code "(m,n),(n)->(m)"}, axes of one name having one
   *     size; null for scalars
   * @return a function of array-likes; it throws {@link IllegalArgumentException} if their shapes do not fit
   */
  @SuppressWarnings("unchecked")
  public static <R> TensorFunction<R> vectorize(
      TensorFunction<? extends R> pyfunc,
      @Nullable Set<Integer> excluded,
      @Nullable String signature) {
    Vectorized v = new Vectorized(pyfunc, excluded == null ? Set.of() : excluded, signature);
    return args -> (R) Op.<@Nullable Object>call(
        "ops.vectorize",
        a -> {
          Object[] values = new Object[args.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = a.get(i);
          }
          return v.apply(values);
        },
        args);
  }
}
