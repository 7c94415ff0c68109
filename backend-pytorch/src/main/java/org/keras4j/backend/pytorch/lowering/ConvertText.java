package org.keras4j.backend.pytorch.lowering;

import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.backend.pytorch.types.TorchTypes;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/** Conversion of elements and reinterpretation of bits. */
final class ConvertText {
  private static final String HALF_RANGE = "9223372036854775808.0";

  private final Script s;

  ConvertText(Script s) {
    this.s = s;
  }

  /** The value of uint16 or uint32 bits, as int64. */
  static String widened(String stored, DType t) {
    return "torch.bitwise_and(" + stored + ".to(4), " + (t == DType.UINT16 ? "65535" : "4294967295")
        + ")";
  }

  Term convert(Term x, TensorSpec out) {
    DType from = x.spec().dtype();
    DType to = out.dtype();
    if (from == to) {
      return x;
    }
    Shape held = x.isLiteral() ? Shape.SCALAR : x.held();
    return Term.of(convert(s.tensor(x), from, to), out, held);
  }

  /** A variable with the converted elements. */
  String convert(String n, DType from, DType to) {
    // libtorch converts the one-byte floats from and to float32 alone
    if (isSmallFloat(from)) {
      String wide = s.let(n + ".to(" + s.code(DType.FLOAT32) + ")");
      return to == DType.FLOAT32 ? wide : convert(wide, DType.FLOAT32, to);
    }
    if (isSmallFloat(to) && from != DType.FLOAT32) {
      return convert(convert(n, from, DType.FLOAT32), DType.FLOAT32, to);
    }
    String code = s.code(to);
    if (to.isBool()) {
      return s.let("torch.ne(" + n + ", 0)");
    }
    if (from.isComplex() && !to.isComplex()) {
      return s.let("torch.real(" + n + ").to(" + code + ")");
    }
    boolean integer = to.isInteger();
    if (from == DType.UINT16 || from == DType.UINT32) {
      if (integer && to.size() <= from.size()) {
        return retype(n, from, to);
      }
      String wide = widened(n, from);
      return s.let(to.size() == 8 && integer ? wide : wide + ".to(" + code + ")");
    }
    if (from == DType.UINT64 && !integer) {
      // halves, the lost bit kept for the rounding, doubled
      String half = s.let("torch.bitwise_or(torch.bitwise_and(torch.bitwise_right_shift(" + n
          + ", 1), 9223372036854775807), torch.bitwise_and(" + n + ", 1))");
      return s.let("torch.where(torch.lt(" + n + ", 0), torch.mul(" + half + ".to(" + code
          + "), 2), " + n + ".to(" + code + "))");
    }
    if (to == DType.UINT64 && from.isFloat()) {
      String high = s.let("torch.ge(" + n + ", " + HALF_RANGE + ")");
      return s.let("torch.where(" + high + ", torch.bitwise_xor(torch.sub(" + n + ", " + HALF_RANGE
          + ").to(4), " + Literals.signBit(to) + "), " + n + ".to(4))");
    }
    if (from.isFloat() && integer && to.size() <= 4) {
      return bounded(n, from, to);
    }
    return retype(n, from, to);
  }

  /** Floats as integers of at most 32 bits, confined to their range; NaN is 0. */
  private String bounded(String n, DType from, DType to) {
    int bits = to.bits();
    long low = to.isSigned() ? -1L << (bits - 1) : 0;
    long end = 1L << (to.isSigned() ? bits - 1 : bits);
    // halves do not reach far enough, and no float32 is the largest integer of 32 bits
    String wide = from.size() < 4 ? n + ".to(" + s.code(DType.FLOAT32) + ")" : n;
    boolean exact = bits < 32;
    String whole = "torch.clamp(" + wide + ", " + low + ", " + (exact ? end - 1 : end) + ").to(4)";
    return s.let((exact ? whole : "torch.clamp_max(" + whole + ", " + (end - 1) + ")") + ".to("
        + s.code(to) + ")");
  }

  private static boolean isSmallFloat(DType t) {
    return t.isFloat() && t.size() == 1;
  }

  /** A plain conversion of what is stored; the same tensor if it is stored alike. */
  private String retype(String n, DType from, DType to) {
    String expression = n + ".to(" + s.code(to) + ")";
    return alike(from, to) ? s.view(expression, n) : s.let(expression);
  }

  Term bitcast(Term x, TensorSpec out) {
    DType from = x.spec().dtype();
    String n = s.full(x);
    if (alike(from, out.dtype())) {
      return Term.of(n, out);
    }
    // TorchScript knows the reinterpreting view as a copy only
    String dense =
        from.size() == out.dtype().size() ? n : "torch.clone(" + n + ", memory_format=0)";
    return Term.of(s.let("torch.view_copy(" + dense + ", dtype=" + s.code(out.dtype()) + ")"), out);
  }

  /** Whether both lie in memory in the same way. */
  private static boolean alike(DType a, DType b) {
    return TorchTypes.storage(a) == TorchTypes.storage(b);
  }
}
