package org.keras4j.backend.tensorflow.lowering;

import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.primitive.ReducePrecision;

/** Counts of the bits of integers, and floats in fewer of them. */
final class BitPatterns {
  private final TensorFlowOps o;

  BitPatterns(TensorFlowOps ops) {
    this.o = ops;
  }

  /** How many bits are 1; the dtype may be one of four bits, which lie in bytes. */
  Term ones(Term x, DType dtype) {
    return o.cast(count(own(x, dtype)), x.dtype());
  }

  Term leadingZeros(Term x, DType dtype) {
    DType u = Elementwise.unsigned(x.dtype());
    Term v = o.bits(own(x, dtype), u);
    for (int by = 1; by < dtype.bits(); by *= 2) { // every bit below the first 1
      v = o.binary("BitwiseOr", v, o.binary("RightShift", v, o.scalar(u, (long) by)));
    }
    Term n = o.cast(count(v), DType.INT32);
    return o.cast(o.sub(o.scalar(dtype.bits()), n), x.dtype());
  }

  private Term own(Term x, DType dtype) {
    return dtype.bits() < 8 ? o.binary("BitwiseAnd", x, o.scalar(x.dtype(), 15L)) : x;
  }

  private Term count(Term x) {
    return o.call(new OpCall("PopulationCount"), x.shape(), DType.UINT8, x);
  }

  Term rounded(ReducePrecision to, Term x) {
    DType t = x.dtype();
    if (t.size() == 1) {
      return o.cast(rounded(to, o.cast(x, DType.FLOAT32)), t);
    }
    ReducePrecision from = ReducePrecision.of(t);
    DType whole = t.size() == 2 ? DType.INT16 : t.size() == 4 ? DType.INT32 : DType.INT64;
    Term i = o.bits(x, whole);
    int dropped = from.mantissaBits() - to.mantissaBits();
    if (dropped > 0) {
      Term last = masked(o.binary("RightShift", i, o.scalar(whole, (long) dropped)), whole, 1);
      Term half = o.add(last, o.scalar(whole, (1L << (dropped - 1)) - 1));
      i = masked(o.add(i, half), whole, -1L << dropped);
    }
    if (to.exponentBits() < from.exponentBits()) {
      long infinite = ((1L << from.exponentBits()) - 1) << from.mantissaBits();
      long bias = ReducePrecision.bias(from.exponentBits());
      long reach = ReducePrecision.bias(to.exponentBits());
      Term exponent = masked(i, whole, infinite);
      Term sign = masked(i, whole, -1L << (8 * t.size() - 1));
      Term over =
          o.compare("Greater", exponent, o.scalar(whole, (bias + reach) << from.mantissaBits()));
      Term under =
          o.compare("LessEqual", exponent, o.scalar(whole, (bias - reach) << from.mantissaBits()));
      Term beyond = o.binary("BitwiseOr", sign, o.scalar(whole, infinite));
      i = o.select(over, beyond, o.select(under, sign, i));
    }
    return o.select(o.compare("NotEqual", x, x), x, o.bits(i, t));
  }

  private Term masked(Term x, DType t, long mask) {
    return o.binary("BitwiseAnd", x, o.scalar(t, mask));
  }
}
