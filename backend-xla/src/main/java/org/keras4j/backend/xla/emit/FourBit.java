package org.keras4j.backend.xla.emit;

import org.keras4j.core.DType;

/** Arithmetic of four-bit integers in bytes: a result is brought back into their range. */
final class FourBit {
  private FourBit() {}

  static Term wrap(Hlo h, Term a, DType dtype) {
    if (dtype == DType.UINT4) {
      return h.and(a, h.full(a.type(), 15));
    }
    if (dtype == DType.INT4) {
      Term four = h.full(a.type(), 4);
      return h.binary("shift_right_arithmetic", h.binary("shift_left", a, four), four);
    }
    return a;
  }

  /** Floats confined to the range; NaN stays. */
  static Term bounded(Hlo h, Term a, DType dtype) {
    Term low = h.full(a.type(), dtype == DType.INT4 ? -8 : 0);
    Term high = h.full(a.type(), dtype == DType.INT4 ? 7 : 15);
    return h.combine("minimum", h.combine("maximum", a, low), high);
  }

  /** The four bits as a number that is not negative. */
  static Term bits(Hlo h, Term a, DType dtype) {
    return dtype == DType.INT4 ? h.and(a, h.full(a.type(), 15)) : a;
  }
}
