package org.keras4j.ops.types;

import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.ops.internal.engine.Promotion;

/** The dtype that values of several dtypes have together ({@code keras.backend.result_type}). */
public final class ResultType {
  private ResultType() {}

  /**
   * The dtype of a result.
   *
   * <pre>{@code
   * DType d = ResultType.of("int32", DType.FLOAT16); // float16
   * }</pre>
   *
   * @param dtypes dtypes or their names, and numbers of Java, which give way to them; none for floatx
   * @return the dtype, by Keras's rules
   * @throws IllegalArgumentException if a name is none of a dtype
   */
  public static DType of(Object... dtypes) {
    if (dtypes.length == 0) {
      return Keras.floatx();
    }
    Object[] args = new Object[dtypes.length];
    for (int i = 0; i < args.length; i++) {
      args[i] = dtypes[i] instanceof String s ? DType.of(s) : dtypes[i];
    }
    return Promotion.resultType(args);
  }
}
