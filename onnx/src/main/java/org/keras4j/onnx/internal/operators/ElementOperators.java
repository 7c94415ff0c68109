package org.keras4j.onnx.internal.operators;

import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Compare.Direction;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.onnx.internal.file.OnnxType;
import org.keras4j.ops.internal.engine.Prims;

/** Functions of one element of each input. */
final class ElementOperators {
  private ElementOperators() {}

  private static void unary(String name, UnaryKind kind) {
    Operators.tensor(name, u -> Prims.unary(kind, u.t(0)));
  }

  private static void binary(String name, BinaryKind kind) {
    Operators.put(name, u -> {
      List<Operand> known = Sizes.binary(name, u);
      return known != null ? known : List.of(Operand.of(Prims.binary(kind, u.t(0), u.t(1))));
    });
  }

  private static void compare(String name, Direction d) {
    Operators.tensor(name, u -> Prims.compare(d, u.t(0), u.t(1)));
  }

  private static void variadic(String name, BinaryKind kind) {
    Operators.tensor(name, u -> folded(kind, u));
  }

  private static Tensor folded(BinaryKind kind, Use u) {
    Tensor y = u.t(0);
    for (int i = 1; i < u.count(); i++) {
      y = Prims.binary(kind, y, u.t(i));
    }
    return y;
  }

  static void add() {
    unary("Abs", UnaryKind.ABS);
    unary("Acos", UnaryKind.ACOS);
    unary("Acosh", UnaryKind.ACOSH);
    unary("Asin", UnaryKind.ASIN);
    unary("Asinh", UnaryKind.ASINH);
    unary("Atan", UnaryKind.ATAN);
    unary("Atanh", UnaryKind.ATANH);
    unary("Ceil", UnaryKind.CEIL);
    unary("Cos", UnaryKind.COS);
    unary("Cosh", UnaryKind.COSH);
    unary("Erf", UnaryKind.ERF);
    unary("Exp", UnaryKind.EXP);
    unary("Floor", UnaryKind.FLOOR);
    unary("Log", UnaryKind.LOG);
    unary("Neg", UnaryKind.NEG);
    unary("Not", UnaryKind.NOT);
    unary("BitwiseNot", UnaryKind.NOT);
    unary("Round", UnaryKind.ROUND_EVEN);
    unary("Sigmoid", UnaryKind.LOGISTIC);
    unary("Sign", UnaryKind.SIGN);
    unary("Sin", UnaryKind.SIN);
    unary("Sinh", UnaryKind.SINH);
    unary("Sqrt", UnaryKind.SQRT);
    unary("Tan", UnaryKind.TAN);
    unary("Tanh", UnaryKind.TANH);
    Operators.tensor("Reciprocal", u -> Prims.div(1, u.t(0)));
    Operators.tensor("IsNaN", u -> Prims.ne(u.t(0), u.t(0)));
    Operators.tensor("IsInf", ElementOperators::isInf);
    binary("Add", BinaryKind.ADD);
    binary("Sub", BinaryKind.SUB);
    binary("Mul", BinaryKind.MUL);
    binary("Div", BinaryKind.DIV);
    binary("And", BinaryKind.AND);
    binary("Or", BinaryKind.OR);
    binary("Xor", BinaryKind.XOR);
    binary("BitwiseAnd", BinaryKind.AND);
    binary("BitwiseOr", BinaryKind.OR);
    binary("BitwiseXor", BinaryKind.XOR);
    Operators.tensor("Pow", u -> {
      Tensor x = u.t(0);
      DType t = x.dtype();
      DType e = u.t(1).dtype();
      // an integer to a power that is none goes through floats
      DType c = t.isInteger() && e.isFloat() ? e : t;
      return Prims.convert(Prims.pow(Prims.convert(x, c), Prims.convert(u.t(1), c)), t);
    });
    Operators.tensor("Mod", ElementOperators::mod);
    Operators.tensor("BitShift", ElementOperators::shifted);
    variadic("Max", BinaryKind.MAX);
    variadic("Min", BinaryKind.MIN);
    variadic("Sum", BinaryKind.ADD);
    Operators.tensor("Mean", u -> Prims.div(folded(BinaryKind.ADD, u), (double) u.count()));
    compare("Equal", Direction.EQ);
    compare("Less", Direction.LT);
    compare("LessOrEqual", Direction.LE);
    compare("Greater", Direction.GT);
    compare("GreaterOrEqual", Direction.GE);
    Operators.tensor("Where", u -> Prims.select(u.t(0), u.t(1), u.t(2)));
    Operators.put("Cast", u -> {
      DType to = type(u.integer("to", 1));
      if (u.in(0).isSizes() && to.isInteger()) {
        NDArray known = u.in(0).array();
        if (known != null) {
          return List.of(Operand.of(known.astype(to)));
        } else if (to == DType.INT64) {
          return List.of(u.in(0));
        }
      }
      return List.of(cast(u, to));
    });
    Operators.put("CastLike", u -> {
      DType to = u.in(1).declared();
      return List.of(cast(u, to));
    });
    Operators.put("Identity", u -> List.of(u.in(0)));
    Operators.tensor("Clip", ElementOperators::clip);
  }

  // signed numbers keep their sign; beyond the width nothing else is left
  private static Tensor shifted(Use u) {
    Tensor x = u.t(0);
    Tensor n = u.t(1);
    DType t = x.dtype();
    if (u.text("direction", "LEFT").equals("LEFT")) {
      return Prims.binary(BinaryKind.SHIFT_LEFT, x, n);
    } else if (t.isUnsigned()) {
      return Prims.binary(BinaryKind.SHIFT_RIGHT_LOGICAL, x, n);
    }
    Tensor most = Prims.scalar(t, t.bits() - 1L);
    Tensor beyond = Prims.or(Prims.lt(n, Prims.scalar(t, 0L)), Prims.gt(n, most));
    return Prims.binary(BinaryKind.SHIFT_RIGHT_ARITHMETIC, x, Prims.select(beyond, most, n));
  }

  /** Converts; floats of eight bits end at their largest number unless told otherwise. */
  static Tensor convert(Tensor x, DType to, boolean ends) {
    double most = to == DType.FLOAT8_E4M3FN ? 448 : to == DType.FLOAT8_E5M2 ? 57344 : 0;
    if (most == 0 || !ends || !x.dtype().isFloat()) {
      return Prims.convert(x, to);
    }
    Tensor cut = Prims.min(x, Prims.scalarLike(x, most));
    return Prims.convert(Prims.max(cut, Prims.scalarLike(x, -most)), to);
  }

  static DType type(long code) {
    try {
      return OnnxType.of(code);
    } catch (java.io.IOException e) {
      throw new Unsupported(String.valueOf(e.getMessage()));
    }
  }

  private static Operand cast(Use u, DType to) {
    return Operand.carrier(to) == to
        ? Operand.of(convert(u.t(0), to, u.integer("saturate", 1) != 0))
        : Operand.narrowed(u.t(0), to);
  }

  private static Tensor isInf(Use u) {
    Tensor x = u.t(0);
    Tensor up = Prims.eq(x, Prims.scalarLike(x, Double.POSITIVE_INFINITY));
    Tensor down = Prims.eq(x, Prims.scalarLike(x, Double.NEGATIVE_INFINITY));
    boolean above = u.integer("detect_positive", 1) != 0;
    boolean below = u.integer("detect_negative", 1) != 0;
    return above && below
        ? Prims.or(up, down)
        : above ? up : below ? down : Prims.fullLike(x, DType.BOOL, 0);
  }

  // with the sign of the divisor, but that of the dividend where asked for
  private static Tensor mod(Use u) {
    Tensor a = u.t(0);
    Tensor b = u.t(1);
    Tensor r = Prims.binary(BinaryKind.REM, a, b);
    if (u.integer("fmod", 0) != 0 || a.dtype().isUnsigned()) {
      return r;
    }
    Tensor zero = Prims.scalarLike(a, 0);
    Tensor other = Prims.ne(Prims.lt(r, zero), Prims.lt(b, zero));
    Tensor moved = Prims.and(Prims.ne(r, zero), other);
    return Prims.select(moved, Prims.add(r, b), r);
  }

  private static Tensor clip(Use u) {
    Tensor x = u.t(0);
    if (u.has(1)) {
      x = Prims.max(x, u.t(1));
    } else if (u.has("min")) {
      x = Prims.max(x, Prims.scalarLike(x, u.real("min", 0)));
    }
    if (u.has(2)) {
      x = Prims.min(x, u.t(2));
    } else if (u.has("max")) {
      x = Prims.min(x, Prims.scalarLike(x, u.real("max", 0)));
    }
    return x;
  }
}
