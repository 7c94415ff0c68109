package com.example.toy;

import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.primitive.ReducePrecision;

/** Counts of the bits of integers, and floats in fewer of them. */
final class Bits {
  private Bits() {}

  static NDArray ones(NDArray x) {
    NDArray out = NDArray.zeros(x.dtype(), x.shape());
    for (int i = 0; i < x.size(); i++) {
      out.setLong(i, Long.bitCount(own(x, i)));
    }
    return out;
  }

  static NDArray leadingZeros(NDArray x) {
    NDArray out = NDArray.zeros(x.dtype(), x.shape());
    for (int i = 0; i < x.size(); i++) {
      out.setLong(i, Long.numberOfLeadingZeros(own(x, i)) - (64 - x.dtype().bits()));
    }
    return out;
  }

  private static long own(NDArray x, int i) {
    return x.getLong(i) & (-1L >>> (64 - x.dtype().bits()));
  }

  static NDArray rounded(ReducePrecision to, NDArray x) {
    DType t = x.dtype();
    if (t.size() == 1) {
      return Conversion.convert(rounded(to, Conversion.convert(x, DType.FLOAT32)), t);
    }
    NDArray out = NDArray.zeros(t, x.shape());
    for (int i = 0; i < x.size(); i++) {
      long bits = switch (t.size()) {
        case 2 -> x.bytes().getShort(2 * i);
        case 4 -> x.bytes().getInt(4 * i);
        default -> x.bytes().getLong(8 * i);
      };
      long r = Double.isNaN(x.getDouble(i))
          ? bits
          : rounded(to, ReducePrecision.of(t), bits, 8 * t.size());
      switch (t.size()) {
        case 2 -> out.bytes().putShort(2 * i, (short) r);
        case 4 -> out.bytes().putInt(4 * i, (int) r);
        default -> out.bytes().putLong(8 * i, r);
      }
    }
    return out;
  }

  private static long rounded(ReducePrecision to, ReducePrecision from, long bits, int width) {
    int dropped = from.mantissaBits() - to.mantissaBits();
    if (dropped > 0) {
      long half = (1L << (dropped - 1)) - 1 + (bits >> dropped & 1);
      bits = bits + half & -1L << dropped;
    }
    if (to.exponentBits() < from.exponentBits()) {
      long infinite = ((1L << from.exponentBits()) - 1) << from.mantissaBits();
      long exponent = (bits & infinite) >> from.mantissaBits();
      long bias = ReducePrecision.bias(from.exponentBits());
      long reach = ReducePrecision.bias(to.exponentBits());
      long sign = bits & -1L << (width - 1);
      bits = exponent > bias + reach ? sign | infinite : exponent <= bias - reach ? sign : bits;
    }
    return bits;
  }
}
