package org.keras4j.backend.tensorflow.lowering;

import org.keras4j.core.DType;
import org.keras4j.core.Floats;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** The bits of the eight-bit floats, which TensorFlow converts but does not let us see. */
final class SmallFloats {
  private final TensorFlowOps o;

  SmallFloats(TensorFlowOps ops) {
    this.o = ops;
  }

  static boolean is(DType t) {
    return t == DType.FLOAT8_E4M3FN || t == DType.FLOAT8_E5M2;
  }

  /** The value of each byte, from a table of all. */
  Term ofBits(Term bytes, DType t) {
    NDArray table = NDArray.zeros(DType.FLOAT32, Shape.of(256));
    for (int i = 0; i < 256; i++) {
      byte b = (byte) i;
      table.setDouble(i, t == DType.FLOAT8_E5M2 ? Floats.fromE5m2(b) : Floats.fromE4m3fn(b));
    }
    Term index = o.cast(bytes, DType.INT32);
    Term values =
        o.call("GatherV2", bytes.shape(), DType.FLOAT32, o.constant(table), index, o.scalar(0));
    return o.cast(values, t);
  }

  /** The byte of each value. Both types are float16 with less of a mantissa, or of an exponent. */
  Term bits(Term x) {
    Term half = o.cast(x, DType.FLOAT16);
    Term bits = o.cast(o.bits(half, DType.UINT16), DType.INT32);
    if (x.dtype() == DType.FLOAT8_E5M2) {
      return o.cast(shiftRight(bits, 8), DType.UINT8);
    }
    Term sign = shiftRight(o.binary("BitwiseAnd", bits, o.scalar(0x8000)), 8);
    Term rest = o.binary("BitwiseAnd", bits, o.scalar(0x7fff));
    Term normal = o.sub(shiftRight(rest, 7), o.scalar(8 << 3)); // the exponents' biases differ by 8
    Term size = o.unary("Abs", o.cast(half, DType.FLOAT32));
    Term small = o.cast(o.mul(size, o.scalar(DType.FLOAT32, 512.0)), DType.INT32);
    Term isSmall = o.compare("Less", size, o.scalar(DType.FLOAT32, 0x1p-6));
    Term code = o.select(isSmall, small, normal);
    Term nan = o.compare("NotEqual", size, size);
    return o.cast(o.add(sign, o.select(nan, o.scalar(0x7f), code)), DType.UINT8);
  }

  private Term shiftRight(Term x, int by) {
    return o.binary("RightShift", x, o.scalar(by));
  }
}
