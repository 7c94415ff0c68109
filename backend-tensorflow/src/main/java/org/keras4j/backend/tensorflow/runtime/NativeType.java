package org.keras4j.backend.tensorflow.runtime;

import org.keras4j.core.DType;
import org.keras4j.core.spi.BackendException;

/** The numbers by which TensorFlow's C API calls the element types. */
public final class NativeType {
  /** A handle of a variable. */
  public static final int RESOURCE = 20;

  /** A handle of a list of tensors. */
  public static final int VARIANT = 21;

  private NativeType() {}

  /**
   * The dtype that holds a dtype's values in TensorFlow: its own, but for the four-bit integers, of
   * which TensorFlow computes nothing and which bytes carry.
   */
  public static DType storage(DType d) {
    return switch (d) {
      case INT4 -> DType.INT8;
      case UINT4 -> DType.UINT8;
      default -> d;
    };
  }

  public static int code(DType d) {
    return switch (d) {
      case FLOAT32 -> 1;
      case FLOAT64 -> 2;
      case INT32 -> 3;
      case UINT8, UINT4 -> 4;
      case INT16 -> 5;
      case INT8, INT4 -> 6;
      case STRING -> 7;
      case COMPLEX64 -> 8;
      case INT64 -> 9;
      case BOOL -> 10;
      case BFLOAT16 -> 14;
      case UINT16 -> 17;
      case COMPLEX128 -> 18;
      case FLOAT16 -> 19;
      case UINT32 -> 22;
      case UINT64 -> 23;
      case FLOAT8_E5M2 -> 24;
      case FLOAT8_E4M3FN -> 25;
    };
  }

  /**
   * The dtype of a code.
   *
   * @throws BackendException if no dtype corresponds
   */
  public static DType of(int code) {
    for (DType d : DType.values()) {
      if (d != DType.INT4 && d != DType.UINT4 && code(d) == code) {
        return d;
      }
    }
    throw new BackendException("TensorFlow's element type " + code + " has no counterpart here");
  }
}
