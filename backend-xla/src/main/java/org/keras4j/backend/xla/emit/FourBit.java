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

  /** The four bits as a number that is not negative. */
  static Term bits(Hlo h, Term a, DType dtype) {
    return dtype == DType.INT4 ? h.and(a, h.full(a.type(), 15)) : a;
  }
}
