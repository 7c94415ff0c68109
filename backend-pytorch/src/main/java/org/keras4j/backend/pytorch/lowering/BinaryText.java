package org.keras4j.backend.pytorch.lowering;

import org.jspecify.annotations.Nullable;
import org.keras4j.backend.pytorch.script.Literals;
import org.keras4j.backend.pytorch.script.Script;
import org.keras4j.backend.pytorch.script.Term;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Compare.Direction;

/** Elementwise functions of two inputs, comparison and choice. */
final class BinaryText {
  private final Script s;

  BinaryText(Script s) {
    this.s = s;
  }

  Term lower(BinaryKind kind, Term x, Term y, TensorSpec out) {
    DType t = x.spec().dtype();
    String name = switch (kind) {
      case ADD -> commutative("add", x, y, out);
      case MUL -> commutative("mul", x, y, out);
      case AND -> commutative("bitwise_and", x, y, out);
      case OR -> commutative("bitwise_or", x, y, out);
      case XOR -> commutative("bitwise_xor", x, y, out);
      case SUB -> subtract(x, y, out);
      case DIV -> t.isInteger() ? integerDivision(x, y, t, true) : divide(x, y, out);
      case REM -> t.isInteger() ? integerDivision(x, y, t, false) : plain("fmod", x, y);
      case POW -> power(x, y, t);
      case ATAN2 -> plain("atan2", x, y);
      case MAX -> extreme("maximum", "clamp_min", x, y, t, out);
      case MIN -> extreme("minimum", "clamp_max", x, y, t, out);
      case SHIFT_LEFT -> plain("bitwise_left_shift", x, y);
      case SHIFT_RIGHT_ARITHMETIC ->
        t.isUnsigned() ? shiftLogical(x, y, t) : plain("bitwise_right_shift", x, y);
      case SHIFT_RIGHT_LOGICAL -> shiftLogical(x, y, t);
      case NEXTAFTER -> nextAfter(x, y, t);
      case COMPLEX -> plain("complex", x, y);
    };
    return Term.of(name, out, held(x, y));
  }

  private static Shape held(Term x, Term y) {
    return Shape.broadcast(x.held(), y.held());
  }

  // a bool literal would make the result an int64
  private static @Nullable String literal(Term t) {
    return t.isLiteral() && !t.spec().dtype().isBool() ? Literals.text(t.number()) : null;
  }

  private String plain(String function, Term x, Term y) {
    return s.let("torch." + function + "(" + s.tensor(x) + ", " + s.tensor(y) + ")");
  }

  /** An operand on the right: a literal if possible. */
  private String operand(Term y) {
    String l = literal(y);
    return l != null ? l : s.tensor(y);
  }

  private String commutative(String function, Term x, Term y, TensorSpec out) {
    boolean swap = (literal(x) != null && literal(y) == null)
        || (!s.memory().mayOverwrite(x, out) && s.memory().mayOverwrite(y, out));
    Term a = swap ? y : x;
    Term b = swap ? x : y;
    // libtorch's bitwise kernels get bool scalars wrong from the second element on
    String right = out.dtype().isBool() ? s.tensor(b) : operand(b);
    return s.apply(function, a, ", " + right, out);
  }

  private String subtract(Term x, Term y, TensorSpec out) {
    String l = literal(x);
    if (l != null && literal(y) == null) {
      return s.let("torch.rsub(" + s.tensor(y) + ", " + l + ")");
    }
    return s.apply("sub", x, ", " + operand(y), out);
  }

  private String divide(Term x, Term y, TensorSpec out) {
    return s.apply("div", x, ", " + operand(y), out);
  }

  /**
   * Truncating division, or its remainder. The hardware traps on a divisor of 0, and on the lowest number
   * divided by -1: neither may reach it.
   */
  private String integerDivision(Term x, Term y, DType t, boolean quotient) {
    if (Literals.isWideUnsigned(t)) {
      return unsignedDivision(x, y, t, quotient);
    }
    String n = s.tensor(x);
    String l = literal(y);
    String function = quotient ? "torch.div(" : "torch.fmod(";
    String mode = quotient ? ", rounding_mode=\"trunc\")" : ")";
    if (l != null && !l.equals("0") && !l.equals("-1")) {
      return s.let(function + n + ", " + l + mode);
    }
    String d = s.tensor(y);
    if (t.isUnsigned()) {
      String safe = s.let("torch.clamp_min(" + d + ", 1)");
      String r = s.let(function + n + ", " + safe + mode);
      return quotient ? noneByZero(r, d) : r;
    }
    String minus = s.let("torch.eq(" + d + ", -1)");
    String trap = s.let("torch.logical_or(" + minus + ", torch.eq(" + d + ", 0))");
    String safe = s.let("torch.masked_fill(" + d + ", " + trap + ", 1)");
    String r = s.let(function + n + ", " + safe + mode);
    return quotient
        ? noneByZero(s.let("torch.where(" + minus + ", torch.neg(" + n + "), " + r + ")"), d)
        : r;
  }

  private String noneByZero(String quotient, String divisor) {
    return s.let("torch.masked_fill(" + quotient + ", torch.eq(" + divisor + ", 0), 0)");
  }

  private String unsignedDivision(Term x, Term y, DType t, boolean quotient) {
    String a = s.tensor(x);
    String b = s.tensor(y);
    if (t != DType.UINT64) {
      String wideA = s.let(ConvertText.widened(a, t));
      String wideB = s.let("torch.clamp_min(" + ConvertText.widened(b, t) + ", 1)");
      String r = s.let((quotient
              ? "torch.div(" + wideA + ", " + wideB + ", rounding_mode=\"trunc\")"
              : "torch.fmod(" + wideA + ", " + wideB + ")")
          + ".to(" + s.code(t) + ")");
      return quotient ? noneByZero(r, b) : r;
    }
    // 64 bits: half the dividend by the divisor, doubled, is at most one too small; a divisor of
    // 2^63 or more (negative as stored) goes at most once
    String low = Literals.signBit(t);
    String big = s.let("torch.lt(" + b + ", 0)");
    String d = s.let("torch.masked_fill(" + b + ", torch.le(" + b + ", 0), 1)");
    String half = halved(a);
    String q = s.let("torch.mul(torch.div(" + half + ", " + d + ", rounding_mode=\"trunc\"), 2)");
    String r = s.let("torch.sub(" + a + ", torch.mul(" + q + ", " + d + "))");
    String more = s.let("torch.ge(torch.bitwise_xor(" + r + ", " + low + "), torch.bitwise_xor(" + d
        + ", " + low + "))");
    String once = s.let("torch.ge(torch.bitwise_xor(" + a + ", " + low + "), torch.bitwise_xor(" + b
        + ", " + low + "))");
    if (quotient) {
      String w = s.let(
          "torch.where(" + big + ", " + once + ".to(4), torch.add(" + q + ", " + more + ".to(4)))");
      return noneByZero(w, b);
    }
    String w = s.let("torch.where(" + big + ", torch.where(" + once + ", torch.sub(" + a + ", " + b
        + "), " + a + "), torch.where(" + more + ", torch.sub(" + r + ", " + d + "), " + r + "))");
    return noneByZero(w, b);
  }

  private String power(Term x, Term y, DType t) {
    if (Literals.isWideUnsigned(t)
        && t != DType.UINT64) { // a large exponent is held as a negative one
      return s.let("torch.pow(" + ConvertText.widened(s.tensor(x), t) + ", "
          + ConvertText.widened(s.tensor(y), t) + ").to(" + s.code(t) + ")");
    }
    String ly = literal(y);
    boolean usable = ly != null && (t.isFloat() || (t.isInteger() && !ly.startsWith("-")));
    if (usable) {
      return s.let("torch.pow(" + s.tensor(x) + ", " + ly + ")");
    }
    if (t == DType.UINT64) { // by half of the exponent, which has no sign, squared
      String a = s.tensor(x);
      String b = s.tensor(y);
      String root = s.let("torch.pow(" + a + ", " + halved(b) + ")");
      String odd = "torch.eq(torch.bitwise_and(" + b + ", 1), 1)";
      String once = "torch.where(" + odd + ", " + a + ", torch.ones_like(" + a + "))";
      return s.let("torch.mul(torch.mul(" + root + ", " + root + "), " + once + ")");
    }
    return plain("pow", x, y);
  }

  // 64 bits without a sign, moved down by one
  private String halved(String a) {
    return s.let("torch.bitwise_and(torch.bitwise_right_shift(" + a + ", 1), 9223372036854775807)");
  }

  private String extreme(String function, String clamp, Term x, Term y, DType t, TensorSpec out) {
    if (Literals.isWideUnsigned(t)) {
      String m = Literals.signBit(t);
      return s.let("torch.bitwise_xor(torch." + function + "(torch.bitwise_xor(" + s.tensor(x)
          + ", " + m + "), torch.bitwise_xor(" + s.tensor(y) + ", " + m + ")), " + m + ")");
    }
    if (t.isBool()) {
      return plain(function.equals("maximum") ? "logical_or" : "logical_and", x, y);
    }
    if (literal(x) != null && literal(y) == null) {
      return extreme(function, clamp, y, x, t, out);
    }
    String l = literal(y);
    return l != null ? s.apply(clamp, x, ", " + l, out) : plain(function, x, y);
  }

  private String shiftLogical(Term x, Term y, DType t) {
    String a = s.tensor(x);
    String b = s.tensor(y);
    if (t == DType.UINT8) {
      return s.let("torch.bitwise_right_shift(" + a + ", " + b + ")");
    }
    int bits = 8 * t.size();
    if (bits == 32) {
      return shiftLogical32(a, y, t);
    }
    if (bits < 64) {
      long mask = (1L << bits) - 1;
      String wide = "torch.bitwise_and(" + a + ".to(4), " + mask + ")";
      String amount = "torch.clamp(" + b + ".to(4), 0, 63)";
      if (Literals.isWideUnsigned(t)) {
        amount = "torch.clamp(" + ConvertText.widened(b, t) + ", 0, 63)";
      }
      return s.let("torch.bitwise_right_shift(" + wide + ", " + amount + ").to(" + s.code(t) + ")");
    }
    // first by one, which clears the sign, then arithmetically by the rest
    String rest = s.let("torch.clamp(torch.sub(" + b + ", 1), 0, 63)");
    String r = s.let("torch.bitwise_right_shift(" + halved(a) + ", " + rest + ")");
    // what is below 0 is large
    String within = s.let("torch.masked_fill(" + r + ", torch.lt(" + b + ", 0), 0)");
    return s.let("torch.where(torch.eq(" + b + ", 0), " + a + ", " + within + ")");
  }

  // in 32 bits: arithmetically, and the copies of the sign cleared
  private String shiftLogical32(String a, Term y, DType t) {
    long n = y.isLiteral() ? y.number().getLong(0) : -1;
    if (n > 0 && n < 32) {
      String r = s.let("torch.bitwise_right_shift(" + a + ", " + n + ")");
      s.line("torch.bitwise_and_(" + r + ", " + ((1L << (32 - n)) - 1) + ")");
      return r;
    }
    String b = s.tensor(y);
    String within = "torch.le(" + b + ", 31)";
    if (t.isUnsigned()) { // held as signed: what is below 0 is large
      within = "torch.logical_and(" + within + ", torch.ge(" + b + ", 0))";
    }
    String amount = s.let("torch.clamp(" + b + ", 0, 31)");
    String signs = "torch.bitwise_left_shift(torch.bitwise_left_shift(torch.full_like(" + amount
        + ", -1), torch.rsub(" + amount + ", 31)), 1)";
    String keep = s.let("torch.where(" + within + ", torch.bitwise_not(" + signs + "), 0)");
    String r = s.let("torch.bitwise_right_shift(" + a + ", " + amount + ")");
    s.line("torch.bitwise_and_(" + r + ", " + keep + ")");
    return r;
  }

  private String nextAfter(Term x, Term y, DType t) {
    if (t == DType.FLOAT32 || t == DType.FLOAT64 || t == DType.BFLOAT16) {
      return plain("nextafter", x, y);
    }
    // as integers the float16 of one sign are in order, so a step is one up or down
    String both = s.number("torch.broadcast_tensors([" + s.tensor(x) + ", " + s.tensor(y) + "])");
    String a = s.view(both + "[0].contiguous()", s.tensor(x));
    String b = s.repeated(both + "[1]", s.tensor(y));
    String up = s.let("torch.eq(torch.gt(" + b + ", " + a + "), torch.gt(" + a + ", 0))");
    String step = s.let("torch.sub(torch.mul(" + up + ".to(2), 2), 1)");
    String next = s.let(
        "torch.view_copy(torch.add(torch.view_copy(" + a + ", dtype=2), " + step + "), dtype=5)");
    // from 0 to the smallest number of the other's sign
    String tiny = s.let("torch.view_copy(torch.sub(torch.mul(torch.gt(" + b
        + ", 0).to(3), 32768), 32767).to(2), dtype=5)");
    String moved = s.let("torch.where(torch.eq(" + a + ", 0), " + tiny + ", " + next + ")");
    String nan = s.let("torch.logical_or(torch.isnan(" + a + "), torch.isnan(" + b + "))");
    return s.let("torch.where(torch.eq(" + a + ", " + b + "), " + b + ", torch.where(" + nan
        + ", torch.add(" + a + ", " + b + "), " + moved + "))");
  }

  Term compare(Direction direction, Term x, Term y, TensorSpec out) {
    DType t = x.spec().dtype();
    boolean order = direction != Direction.EQ && direction != Direction.NE;
    String name;
    if (order && Literals.isWideUnsigned(t)) {
      String m = Literals.signBit(t);
      name = s.let("torch." + function(direction) + "(torch.bitwise_xor(" + s.tensor(x) + ", " + m
          + "), torch.bitwise_xor(" + s.tensor(y) + ", " + m + "))");
    } else if (literal(x) != null && literal(y) == null) {
      name = s.let(
          "torch." + function(flipped(direction)) + "(" + s.tensor(y) + ", " + literal(x) + ")");
    } else {
      name = s.let("torch." + function(direction) + "(" + s.tensor(x) + ", " + operand(y) + ")");
    }
    return Term.of(name, out, held(x, y));
  }

  private static String function(Direction d) {
    return d.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static Direction flipped(Direction d) {
    return switch (d) {
      case LT -> Direction.GT;
      case LE -> Direction.GE;
      case GT -> Direction.LT;
      case GE -> Direction.LE;
      default -> d;
    };
  }

  Term select(Term p, Term x, Term y, TensorSpec out) {
    String a = literal(x);
    String b = literal(y);
    if (a != null && b != null) {
      a = null; // of two numbers libtorch would make its default type
    }
    String name = s.let("torch.where(" + s.tensor(p) + ", " + (a != null ? a : s.tensor(x)) + ", "
        + (b != null ? b : s.tensor(y)) + ")");
    return Term.of(name, out, Shape.broadcast(p.held(), held(x, y)));
  }
}
