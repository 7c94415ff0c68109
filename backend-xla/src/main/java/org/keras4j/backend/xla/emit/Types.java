package org.keras4j.backend.xla.emit;

import org.keras4j.backend.xla.runtime.ElementType;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;

/** The element types that hold Keras's dtypes. Four-bit integers are held one a byte. */
public final class Types {
  private Types() {}

  /** Whether there is an element type for a dtype. */
  public static boolean supports(DType dtype) {
    return dtype != DType.STRING;
  }

  /**
   * The element type of a dtype.
   *
   * @throws IllegalArgumentException for strings, which live on the host only
   */
  public static ElementType of(DType dtype) {
    return switch (dtype) {
      case BOOL -> ElementType.PRED;
      case UINT8, UINT4 -> ElementType.U8;
      case UINT16 -> ElementType.U16;
      case UINT32 -> ElementType.U32;
      case UINT64 -> ElementType.U64;
      case INT8, INT4 -> ElementType.S8;
      case INT16 -> ElementType.S16;
      case INT32 -> ElementType.S32;
      case INT64 -> ElementType.S64;
      case FLOAT16 -> ElementType.F16;
      case BFLOAT16 -> ElementType.BF16;
      case FLOAT32 -> ElementType.F32;
      case FLOAT64 -> ElementType.F64;
      case COMPLEX64 -> ElementType.C64;
      case COMPLEX128 -> ElementType.C128;
      case FLOAT8_E4M3FN -> ElementType.F8E4M3FN;
      case FLOAT8_E5M2 -> ElementType.F8E5M2;
      case STRING ->
        throw new IllegalArgumentException("Tensors of dtype string live on the host only");
    };
  }

  /**
   * The type of a spec.
   *
   * @throws IllegalArgumentException if a dimension is not known
   */
  public static TensorType of(TensorSpec spec) {
    if (!spec.shape().isKnown()) {
      throw new IllegalArgumentException("XLA needs known shapes, got " + spec);
    }
    return TensorType.of(of(spec.dtype()), spec.shape().toArray());
  }
}
