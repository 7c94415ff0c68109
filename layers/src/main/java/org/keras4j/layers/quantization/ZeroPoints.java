package org.keras4j.layers.quantization;

/** Unsigned integers in proportion to floats, with a zero among them: {@code round(x / scale) + zero}. */
final class ZeroPoints {
  private final int most;
  private final boolean symmetric;
  private float scale;
  private int zero;

  ZeroPoints(int bits, boolean symmetric) {
    this.most = (1 << bits) - 1;
    this.symmetric = symmetric;
  }

  /** Finds scale and zero for floats of a range, 0 within it. */
  void fit(float low, float high) {
    float min = Math.min(low, 0); // else a zero beyond all integers would be asked for
    float max = Math.max(high, 0);
    if (symmetric) {
      max = Math.max(-min, max);
      min = -max;
    }
    if (min == max) {
      min -= 1;
      max += 1;
    }
    scale = (max - min) / most;
    if (!(scale > 0)) {
      scale = 1e-8f;
    }
    zero = symmetric ? (most + 1) / 2 : (int) Math.rint(-min / scale);
  }

  float scale() {
    return scale;
  }

  int zero() {
    return zero;
  }

  /** The integer of a float. */
  static int quantize(float x, float scale, int zero, int most) {
    return (int) Math.min(Math.max(Math.rint(x / scale + zero), 0), most);
  }

  /** The float of an integer. */
  static float dequantize(int q, float scale, int zero) {
    return scale * (q - zero);
  }
}
