package org.keras4j.backend.pytorch.lowering;

import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.ReducePrecision;

/** What libtorch has no kernels for: counts of bits, and floats in fewer of them. */
final class BitText {
  private final Script s;
  private final ConvertText convert;

  BitText(Script s, ConvertText convert) {
    this.s = s;
    this.convert = convert;
  }

  Term ones(Term x, TensorSpec out) {
    String n = ones(wide(x));
    return Term.of(s.let(n + ".to(" + s.code(out.dtype()) + ")"), out);
  }

  Term leadingZeros(Term x, TensorSpec out) {
    int width = out.dtype().bits();
    String v = wide(x);
    for (int by = 1; by < width; by *= 2) { // every bit below the first 1
      v = s.let("torch.bitwise_or(" + v + ", " + moved(v, by) + ")");
    }
    return Term.of(
        s.let("torch.rsub(" + ones(v) + ", " + width + ").to(" + s.code(out.dtype()) + ")"), out);
  }

  /** The bits in 64, those above the dtype's own 0. */
  private String wide(Term x) {
    int bits = x.spec().dtype().bits();
    String n = s.tensor(x);
    return bits == 64 ? n : s.let("torch.bitwise_and(" + n + ".to(4), " + ((1L << bits) - 1) + ")");
  }

  private static String moved(String v, int by) {
    return "torch.bitwise_and(torch.bitwise_right_shift(" + v + ", " + by + "), " + (-1L >>> by)
        + ")";
  }

  // sums of neighbours: of bits, of pairs, of fours, then of all bytes by one product
  private String ones(String v) {
    String pairs = s.let("torch.sub(" + v + ", "
        + masked("torch.bitwise_right_shift(" + v + ", 1)", 0x5555555555555555L) + ")");
    String fours = s.let("torch.add("
        + masked(pairs, 0x3333333333333333L)
        + ", "
        + masked("torch.bitwise_right_shift(" + pairs + ", 2)", 0x3333333333333333L)
        + ")");
    String bytes = s.let(masked(
        "torch.add(" + fours + ", torch.bitwise_right_shift(" + fours + ", 4))",
        0x0f0f0f0f0f0f0f0fL));
    return s.let(masked(
        "torch.bitwise_right_shift(torch.mul(" + bytes + ", " + 0x0101010101010101L + "), 56)",
        255));
  }

  private static String masked(String v, long mask) {
    return "torch.bitwise_and(" + v + ", " + mask + ")";
  }

  Term rounded(ReducePrecision to, Term x, TensorSpec out) {
    DType t = x.spec().dtype();
    if (t.size() == 1) {
      TensorSpec wider = out.withDType(DType.FLOAT32);
      return convert.convert(rounded(to, convert.convert(x, wider), wider), out);
    }
    ReducePrecision from = ReducePrecision.of(t);
    String n = s.full(x);
    DType whole = t.size() == 2 ? DType.INT16 : t.size() == 4 ? DType.INT32 : DType.INT64;
    String i = s.let("torch.view_copy(" + n + ", dtype=" + s.code(whole) + ")");
    int dropped = from.mantissaBits() - to.mantissaBits();
    if (dropped > 0) {
      String last = masked("torch.bitwise_right_shift(" + i + ", " + dropped + ")", 1);
      String half = s.let("torch.add(" + last + ", " + ((1L << (dropped - 1)) - 1) + ")");
      i = s.let(masked("torch.add(" + i + ", " + half + ")", -1L << dropped));
    }
    if (to.exponentBits() < from.exponentBits()) {
      long infinite = ((1L << from.exponentBits()) - 1) << from.mantissaBits();
      long bias = ReducePrecision.bias(from.exponentBits());
      long reach = ReducePrecision.bias(to.exponentBits());
      String exponent = s.let(masked(i, infinite));
      String sign = s.let(masked(i, -1L << (8 * t.size() - 1)));
      String over = "torch.gt(" + exponent + ", " + ((bias + reach) << from.mantissaBits()) + ")";
      String under = "torch.le(" + exponent + ", " + ((bias - reach) << from.mantissaBits()) + ")";
      i = s.let("torch.where(" + over + ", torch.bitwise_or(" + sign + ", " + infinite
          + "), torch.where(" + under + ", " + sign + ", " + i + "))");
    }
    String f = s.let("torch.view_copy(" + i + ", dtype=" + s.code(t) + ")");
    return Term.of(s.let("torch.where(torch.isnan(" + n + "), " + n + ", " + f + ")"), out);
  }
}
