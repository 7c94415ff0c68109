package org.keras4j.onnx.internal.lowering;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;

/** In which element types ONNX holds ours. */
final class Types {
  private Types() {}

  /** Bytes hold the four-bit integers, whose own types have no arithmetic in ONNX. */
  static DType stored(DType t) {
    return switch (t) {
      case INT4 -> DType.INT8;
      case UINT4 -> DType.UINT8;
      case COMPLEX64, COMPLEX128 -> throw new Refusal("ONNX has no complex numbers");
      default -> t;
    };
  }

  static TensorSpec stored(TensorSpec s) {
    return s.withDType(stored(s.dtype()));
  }

  static NDArray stored(NDArray a) {
    DType t = stored(a.dtype());
    return t == a.dtype() ? a : NDArray.ofBytes(a.bytes(), t, a.shape());
  }

  /** The largest or smallest number of a type: infinite for floats. */
  static NDArray extreme(DType t, boolean largest) {
    NDArray a = NDArray.zeros(t, org.keras4j.core.Shape.SCALAR);
    if (t == DType.FLOAT8_E4M3FN) {
      a.setDouble(0, largest ? 448 : -448);
    } else if (t.isFloat()) {
      a.setDouble(0, largest ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
    } else if (t.isBool() || t.isUnsigned()) {
      a.setLong(0, largest ? t.isBool() ? 1 : -1 : 0);
    } else {
      long highest = t.bits() == 64 ? Long.MAX_VALUE : (1L << t.bits() - 1) - 1;
      a.setLong(0, largest ? highest : -highest - 1);
    }
    return a;
  }
}
