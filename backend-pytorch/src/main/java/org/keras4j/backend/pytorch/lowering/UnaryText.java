package org.keras4j.backend.pytorch.lowering;

import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.UnaryKind;

/** Elementwise functions of one input. */
final class UnaryText {
  private final Script s;

  UnaryText(Script s) {
    this.s = s;
  }

  Term lower(UnaryKind kind, Term x, TensorSpec out) {
    DType t = x.spec().dtype();
    String name = switch (kind) {
      case NEG -> s.apply("neg", x, "", out);
      case ABS ->
        t.isUnsigned() ? s.tensor(x) : t.isComplex() ? call("abs", x) : s.apply("abs", x, "", out);
      case SIGN -> sign(x, t);
      case NOT -> s.apply(t.isBool() ? "logical_not" : "bitwise_not", x, "", out);
      case REAL -> s.view("torch.real(" + s.tensor(x) + ")", s.tensor(x));
      case IMAG -> s.view("torch.imag(" + s.tensor(x) + ")", s.tensor(x));
      case CONJ -> t.isComplex() ? call("conj_physical", x) : s.tensor(x);
      case IS_FINITE -> call("isfinite", x);
      case LOG1P -> t.isComplex() ? logOfOnePlus(x) : s.apply("log1p", x, "", out);
      case BESSEL_I0E -> wide("special_i0e", x, t);
      case BESSEL_I1E -> wide("special_i1e", x, t);
      case ERFC -> s.apply("erfc", x, "", out);
      case ERF_INV -> s.apply("erfinv", x, "", out);
      case ROUND_EVEN -> s.apply("round", x, "", out);
      case LOGISTIC -> s.apply("sigmoid", x, "", out);
      default -> s.apply(kind.name().toLowerCase(java.util.Locale.ROOT), x, "", out);
    };
    return Term.of(name, out, x.isLiteral() ? org.keras4j.core.Shape.SCALAR : x.held());
  }

  private String call(String function, Term x) {
    return s.let("torch." + function + "(" + s.tensor(x) + ")");
  }

  /** Functions without kernels for the short floats. */
  private String wide(String function, Term x, DType t) {
    if (t == DType.FLOAT32 || t == DType.FLOAT64) {
      return call(function, x);
    }
    return s.let("torch." + function + "(" + s.tensor(x) + ".to(6)).to(" + s.code(t) + ")");
  }

  private String sign(Term x, DType t) {
    String n = s.tensor(x);
    if (t.isFloat()) { // libtorch's sign of NaN is 0
      return s.let("torch.where(torch.isnan(" + n + "), " + n + ", torch.sign(" + n + "))");
    }
    if (t.isComplex()) {
      return s.let("torch.sgn(" + n + ")");
    }
    return Literals.isWideUnsigned(t)
        ? s.let("torch.ne(" + n + ", 0).to(" + s.code(t) + ")")
        : s.let("torch.sign(" + n + ")");
  }

  /** {@code log(1 + z)} that keeps digits near 0: of the modulus by log1p. */
  private String logOfOnePlus(Term x) {
    String z = s.tensor(x);
    String re = s.view("torch.real(" + z + ")", z);
    String im = s.view("torch.imag(" + z + ")", z);
    String square = s.let("torch.add(torch.mul(" + re + ", torch.add(" + re + ", 2)), torch.mul("
        + im + ", " + im + "))");
    return s.let("torch.complex(torch.mul(torch.log1p(" + square + "), 0.5), torch.atan2(" + im
        + ", torch.add(" + re + ", 1)))");
  }
}
