package org.keras4j.onnx.internal.file;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.keras4j.core.DType;
import org.keras4j.core.io.FileFormatException;

/** The numbers that ONNX files have for element types. */
public final class OnnxType {
  private static final Map<DType, Integer> CODES = new EnumMap<>(DType.class);

  static {
    CODES.put(DType.FLOAT32, 1);
    CODES.put(DType.UINT8, 2);
    CODES.put(DType.INT8, 3);
    CODES.put(DType.UINT16, 4);
    CODES.put(DType.INT16, 5);
    CODES.put(DType.INT32, 6);
    CODES.put(DType.INT64, 7);
    CODES.put(DType.STRING, 8);
    CODES.put(DType.BOOL, 9);
    CODES.put(DType.FLOAT16, 10);
    CODES.put(DType.FLOAT64, 11);
    CODES.put(DType.UINT32, 12);
    CODES.put(DType.UINT64, 13);
    CODES.put(DType.COMPLEX64, 14);
    CODES.put(DType.COMPLEX128, 15);
    CODES.put(DType.BFLOAT16, 16);
    CODES.put(DType.FLOAT8_E4M3FN, 17);
    CODES.put(DType.FLOAT8_E5M2, 19);
    CODES.put(DType.UINT4, 21);
    CODES.put(DType.INT4, 22);
  }

  private OnnxType() {}

  /** The number of a type. */
  public static int code(DType t) {
    return Objects.requireNonNull(CODES.get(t), t::kerasName);
  }

  /**
   * The type of a number.
   *
   * @throws FileFormatException if there is none of that number here
   */
  public static DType of(long code) throws FileFormatException {
    for (Map.Entry<DType, Integer> e : CODES.entrySet()) {
      if (e.getValue() == code) {
        return e.getKey();
      }
    }
    throw new FileFormatException("it has tensors of element type " + code
        + ", which is none of those known: " + CODES.keySet());
  }
}
