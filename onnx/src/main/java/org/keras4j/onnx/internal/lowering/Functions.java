package org.keras4j.onnx.internal.lowering;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.keras4j.core.DType;

/** Functions of floats that ONNX lacks, or has in float32 alone: put together, of float32 or float64. */
final class Functions {
  private static final double HALF_PI = Math.PI / 2;

  private final OnnxOps o;

  Functions(OnnxOps ops) {
    this.o = ops;
  }

  /** Small floats go through float32. */
  Term wide(Term x, UnaryOperator<Term> f) {
    return x.dtype().size() < 4 ? o.cast(f.apply(o.cast(x, DType.FLOAT32)), x.dtype()) : f.apply(x);
  }

  Term wide(Term a, Term b, BinaryOperator<Term> f) {
    return a.dtype().size() < 4
        ? o.cast(f.apply(o.cast(a, DType.FLOAT32), o.cast(b, DType.FLOAT32)), a.dtype())
        : f.apply(a, b);
  }

  private static boolean isDouble(Term x) {
    return x.dtype() == DType.FLOAT64;
  }

  private Term exp(Term x) {
    return o.unary("Exp", x);
  }

  private Term log(Term x) {
    return o.unary("Log", x);
  }

  private Term abs(Term x) {
    return o.unary("Abs", x);
  }

  private Term less(Term x, double y) {
    return o.compare("Less", x, o.like(x, y));
  }

  private Term one(Term x) {
    return o.like(x, 1);
  }

  // near 0 by the tangent, which keeps the digits that a difference from 1 loses
  Term expm1(Term x) {
    Term near = less(abs(x), 0.5);
    Term t = o.unary("Tanh", o.mul(o.select(near, x, o.like(x, 0)), 0.5));
    Term small = o.div(o.mul(t, 2), o.sub(one(x), t));
    return o.select(near, small, o.sub(exp(x), one(x)));
  }

  // what 1 + x lost to rounding comes back as a factor
  Term log1p(Term x) {
    Term near = less(abs(x), 0.5);
    Term safe = o.select(near, x, o.like(x, 0.25));
    Term u = o.add(safe, 1);
    Term lost = o.compare("Equal", u, one(x));
    Term d = o.select(lost, one(x), o.sub(u, one(x)));
    Term small = o.select(lost, safe, o.div(o.mul(log(u), safe), d));
    return o.select(near, small, log(o.add(x, 1)));
  }

  Term cos(Term x) {
    return isDouble(x) ? o.unary("Sin", o.add(x, HALF_PI)) : o.unary("Cos", x);
  }

  Term tan(Term x) {
    return isDouble(x) ? o.div(o.unary("Sin", x), cos(x)) : o.unary("Tan", x);
  }

  // e^x - e^-x keeps no digits near 0
  Term sinh(Term x) {
    if (!isDouble(x)) {
      return o.unary("Sinh", x);
    }
    Term e = expm1(abs(x));
    Term half = o.mul(o.add(e, o.div(e, o.add(e, 1))), 0.5);
    Term whole = o.select(o.compare("Less", abs(x), o.like(x, 20)), half, o.mul(exp(abs(x)), 0.5));
    return o.select(less(x, 0), o.neg(whole), whole);
  }

  Term cosh(Term x) {
    return isDouble(x) ? o.add(o.mul(exp(x), 0.5), o.mul(exp(o.neg(x)), 0.5)) : o.unary("Cosh", x);
  }

  // log(|x| + sqrt(x^2 + 1)) with the sign of x; of large numbers, whose squares overflow, log(2
  // |x|)
  Term asinh(Term x) {
    Term a = abs(x);
    Term large = o.not(less(a, 1e8));
    Term safe = o.select(large, one(x), a);
    Term square = o.mul(safe, safe);
    Term root = o.unary("Sqrt", o.add(square, 1));
    Term small = log1p(o.add(safe, o.div(square, o.add(root, 1))));
    Term y = o.select(large, o.add(log(a), Math.log(2)), small);
    return o.select(less(x, 0), o.neg(y), y);
  }

  Term acosh(Term x) {
    Term large = o.compare("Greater", x, o.like(x, 1e8));
    Term safe = o.select(large, one(x), x);
    Term d = o.sub(safe, one(x));
    Term root = o.unary("Sqrt", o.mul(d, o.add(safe, 1)));
    return o.select(large, o.add(log(x), Math.log(2)), log1p(o.add(d, root)));
  }

  Term atanh(Term x) {
    Term a = abs(x);
    Term ratio = o.div(o.mul(a, 2), o.sub(one(x), a));
    Term y = o.mul(log1p(ratio), 0.5);
    return o.select(less(x, 0), o.neg(y), y);
  }

  Term asin(Term x) {
    if (!isDouble(x)) {
      return o.unary("Asin", x);
    }
    Term root = o.unary("Sqrt", o.mul(o.sub(one(x), x), o.add(x, 1)));
    return atan2(x, root);
  }

  Term acos(Term x) {
    if (!isDouble(x)) {
      return o.unary("Acos", x);
    }
    Term root = o.unary("Sqrt", o.mul(o.sub(one(x), x), o.add(x, 1)));
    return atan2(root, x);
  }

  Term atan(Term x) {
    return isDouble(x) ? atanOfDouble(x) : o.unary("Atan", x);
  }

  // brought below tan(pi / 16) by three halvings, x / (1 + sqrt(1 + x^2)), then by its series
  private Term atanOfDouble(Term x) {
    Term a = abs(x);
    Term large = o.compare("Greater", a, one(x));
    Term y = o.select(large, o.div(one(x), o.select(large, a, one(x))), a);
    for (int i = 0; i < 3; i++) {
      y = o.div(y, o.add(o.unary("Sqrt", o.add(o.mul(y, y), 1)), 1));
    }
    Term square = o.mul(y, y);
    Term sum = o.like(x, 1.0 / 21);
    for (int k = 19; k >= 1; k -= 2) {
      sum = o.sub(o.like(x, 1.0 / k), o.mul(square, sum));
    }
    Term angle = o.mul(o.mul(y, sum), 8);
    angle = o.select(large, o.sub(o.like(x, HALF_PI), angle), angle);
    angle = o.select(less(x, 0), o.neg(angle), angle);
    return o.select(o.isNaN(x), x, angle);
  }

  Term atan2(Term y, Term x) {
    Term zero = o.like(x, 0);
    Term ax = abs(x);
    Term ay = abs(y);
    Term steep = o.compare("Greater", ay, ax);
    Term low = o.select(steep, ax, ay);
    Term high = o.select(steep, ay, ax);
    // two zeros and two infinite numbers have no quotient
    Term same = o.compare("Equal", low, high);
    Term trivial = o.select(o.compare("Equal", high, zero), zero, one(x));
    Term ratio = o.select(same, trivial, o.div(low, o.select(same, one(x), high)));
    Term angle = atan(ratio);
    angle = o.select(steep, o.sub(o.like(x, HALF_PI), angle), angle);
    Term left = negative(x);
    angle = o.select(left, o.sub(o.like(x, Math.PI), angle), angle);
    return o.select(negative(y), o.neg(angle), angle);
  }

  /** Whether the sign is minus, of -0 too. */
  Term negative(Term x) {
    Term below = less(x, 0);
    Term zero = o.compare("Equal", x, o.like(x, 0));
    Term inverse = o.unary("Reciprocal", o.select(zero, x, one(x)));
    return o.or(below, less(inverse, 0));
  }

  Term erf(Term x) {
    return isDouble(x) ? o.sub(one(x), new ErrorFunction(o).erfc(x)) : o.unary("Erf", x);
  }

  Term erfc(Term x) {
    return isDouble(x) ? new ErrorFunction(o).erfc(x) : o.sub(one(x), o.unary("Erf", x));
  }

  // Giles, Approximating the erfinv function, 2012
  Term erfInv(Term x) {
    double[] near = {
      2.81022636e-08,
      3.43273939e-07,
      -3.5233877e-06,
      -4.39150654e-06,
      0.00021858087,
      -0.00125372503,
      -0.00417768164,
      0.246640727,
      1.50140941
    };
    double[] far = {
      -0.000200214257,
      0.000100950558,
      0.00134934322,
      -0.00367342844,
      0.00573950773,
      -0.0076224613,
      0.00943887047,
      1.00167406,
      2.83297682
    };
    Term w = o.neg(log(o.mul(o.sub(one(x), x), o.add(x, 1))));
    Term small = less(w, 5);
    Term p = polynomial(near, o.add(o.select(small, w, one(x)), -2.5));
    Term q = polynomial(far, o.add(o.unary("Sqrt", o.select(small, one(x), w)), -3));
    Term y = o.mul(o.select(small, p, q), x);
    if (isDouble(x)) { // a step of Newton's doubles the digits, twice
      for (int i = 0; i < 2; i++) {
        Term error = o.sub(erf(y), x);
        Term slope = o.mul(exp(o.neg(o.mul(y, y))), 2 / Math.sqrt(Math.PI));
        y = o.sub(y, o.div(error, slope));
      }
    }
    Term edge = o.compare("Equal", abs(x), one(x));
    return o.select(edge, o.mul(x, Double.POSITIVE_INFINITY), y);
  }

  private Term polynomial(double[] c, Term x) {
    Term sum = o.like(x, c[0]);
    for (int i = 1; i < c.length; i++) {
      sum = o.add(o.mul(sum, x), c[i]);
    }
    return sum;
  }
}
