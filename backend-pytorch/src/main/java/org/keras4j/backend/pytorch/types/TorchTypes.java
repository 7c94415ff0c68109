package org.keras4j.backend.pytorch.types;

import org.bytedeco.pytorch.global.torch.ScalarType;
import org.keras4j.core.DType;
import org.keras4j.core.spi.BackendException;

/**
 * Which libtorch dtype holds which of ours. libtorch lacks arithmetic on uint16, uint32 and uint64, so
 * their bits lie in the signed type of the same width; the lowerings compute with that in mind.
 */
public final class TorchTypes {
  private TorchTypes() {}

  /** Whether tensors of this dtype can be held. */
  public static boolean supports(DType d) {
    return switch (d) {
      case INT4, UINT4, STRING -> false;
      default -> true;
    };
  }

  /** The libtorch type in which values of this dtype lie. */
  public static ScalarType storage(DType d) {
    return switch (d) {
      case BOOL -> ScalarType.Bool;
      case UINT8 -> ScalarType.Byte;
      case INT8 -> ScalarType.Char;
      case INT16, UINT16 -> ScalarType.Short;
      case INT32, UINT32 -> ScalarType.Int;
      case INT64, UINT64 -> ScalarType.Long;
      case FLOAT16 -> ScalarType.Half;
      case BFLOAT16 -> ScalarType.BFloat16;
      case FLOAT32 -> ScalarType.Float;
      case FLOAT64 -> ScalarType.Double;
      case FLOAT8_E4M3FN -> ScalarType.Float8_e4m3fn;
      case FLOAT8_E5M2 -> ScalarType.Float8_e5m2;
      case COMPLEX64 -> ScalarType.ComplexFloat;
      case COMPLEX128 -> ScalarType.ComplexDouble;
      default -> throw new BackendException("Backend 'pytorch' has no tensors of dtype " + d);
    };
  }

  /** The number by which TorchScript text names {@link #storage}. */
  public static int code(DType d) {
    return storage(d).value;
  }

  /** The dtype as which people know a libtorch tensor, uint32 for instance for the native one. */
  public static DType of(ScalarType t) {
    return switch (t) {
      case Bool -> DType.BOOL;
      case Byte -> DType.UINT8;
      case Char -> DType.INT8;
      case Short -> DType.INT16;
      case Int -> DType.INT32;
      case Long -> DType.INT64;
      case UInt16 -> DType.UINT16;
      case UInt32 -> DType.UINT32;
      case UInt64 -> DType.UINT64;
      case Half -> DType.FLOAT16;
      case BFloat16 -> DType.BFLOAT16;
      case Float -> DType.FLOAT32;
      case Double -> DType.FLOAT64;
      case Float8_e4m3fn -> DType.FLOAT8_E4M3FN;
      case Float8_e5m2 -> DType.FLOAT8_E5M2;
      case ComplexFloat -> DType.COMPLEX64;
      case ComplexDouble -> DType.COMPLEX128;
      default ->
        throw new IllegalArgumentException(
            "libtorch dtype " + t + " has no counterpart in keras4j");
    };
  }

  /** The libtorch type of that dtype in libtorch's own terms; differs from storage for wide unsigned. */
  public static ScalarType natural(DType d) {
    return switch (d) {
      case UINT16 -> ScalarType.UInt16;
      case UINT32 -> ScalarType.UInt32;
      case UINT64 -> ScalarType.UInt64;
      default -> storage(d);
    };
  }
}
