package com.example.toy;

import org.keras4j.core.NDArray;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.UnaryKind;

/** A complex number, or a real one with an imaginary part of 0. */
record Complex(double re, double im) {
  static final Complex ZERO = new Complex(0, 0);
  static final Complex ONE = new Complex(1, 0);
  static final Complex I = new Complex(0, 1);

  static Complex of(double re) {
    return new Complex(re, 0);
  }

  /** With a modulus and an angle. */
  static Complex polar(double r, double angle) {
    return new Complex(r * Math.cos(angle), r * Math.sin(angle));
  }

  static Complex at(NDArray a, int i) {
    return new Complex(a.getDouble(i), a.getImaginary(i));
  }

  /** Writes it; the real part alone into an array of reals. */
  void put(NDArray a, int i) {
    a.setComplex(i, re, im);
  }

  double abs() {
    return Math.hypot(re, im);
  }

  double squared() {
    return re * re + im * im;
  }

  double angle() {
    return Math.atan2(im, re);
  }

  Complex conjugate() {
    return new Complex(re, -im);
  }

  Complex negated() {
    return new Complex(-re, -im);
  }

  Complex plus(Complex o) {
    return new Complex(re + o.re, im + o.im);
  }

  Complex minus(Complex o) {
    return new Complex(re - o.re, im - o.im);
  }

  Complex times(Complex o) {
    return new Complex(re * o.re - im * o.im, re * o.im + im * o.re);
  }

  Complex times(double s) {
    return new Complex(re * s, im * s);
  }

  Complex over(Complex o) {
    if (o.im == 0) {
      return new Complex(re / o.re, im / o.re);
    }
    if (Math.abs(o.re) >= Math.abs(o.im)) { // Smith's way, which does not overflow
      double r = o.im / o.re;
      double d = o.re + o.im * r;
      return new Complex((re + im * r) / d, (im - re * r) / d);
    }
    double r = o.re / o.im;
    double d = o.re * r + o.im;
    return new Complex((re * r + im) / d, (im * r - re) / d);
  }

  Complex exp() {
    double e = Math.exp(re);
    return im == 0 ? new Complex(e, im) : polar(e, im);
  }

  Complex log() {
    return new Complex(Math.log(abs()), angle());
  }

  Complex log1p() {
    double t = re * (2 + re) + im * im;
    double modulus =
        Math.abs(t) < 0.5 ? 0.5 * Math.log1p(t) : Math.log(plus(ONE).abs());
    return new Complex(modulus, Math.atan2(im, 1 + re));
  }

  Complex expm1() {
    double s = Math.sin(im / 2);
    return new Complex(Math.expm1(re) * Math.cos(im) - 2 * s * s, Math.exp(re) * Math.sin(im));
  }

  Complex sqrt() {
    if (re == 0 && im == 0) {
      return new Complex(0, im);
    }
    double r = Math.sqrt((abs() + Math.abs(re)) / 2);
    return re >= 0
        ? new Complex(r, im / (2 * r))
        : new Complex(Math.abs(im) / (2 * r), Math.copySign(r, im));
  }

  Complex sinh() {
    return new Complex(Math.sinh(re) * Math.cos(im), Math.cosh(re) * Math.sin(im));
  }

  Complex cosh() {
    return new Complex(Math.cosh(re) * Math.cos(im), Math.sinh(re) * Math.sin(im));
  }

  Complex tanh() {
    double sin = Math.sin(im);
    double cos = Math.cos(im);
    if (Math.abs(re) > 20) {
      return new Complex(Math.signum(re), 4 * sin * cos * Math.exp(-2 * Math.abs(re)));
    }
    double sinh = Math.sinh(re);
    double d = sinh * sinh + cos * cos;
    return new Complex(sinh * Math.cosh(re) / d, sin * cos / d);
  }

  Complex asinh() {
    if (re < 0) { // no cancellation, by symmetry
      return negated().asinh().negated();
    }
    Complex root = ONE.plus(times(I)).sqrt().times(ONE.minus(times(I)).sqrt());
    return plus(root).log();
  }

  Complex acosh() {
    return plus(plus(ONE).sqrt().times(minus(ONE).sqrt())).log();
  }

  Complex atanh() {
    return log1p().minus(negated().log1p()).times(0.5);
  }

  /** {@code -i f(i z)}, by which circular functions are hyperbolic ones. */
  private Complex turned(java.util.function.UnaryOperator<Complex> f) {
    Complex w = f.apply(new Complex(-im, re));
    return new Complex(w.im, -w.re);
  }

  Complex apply(UnaryKind kind) {
    return switch (kind) {
      case NEG -> negated();
      case ABS -> of(abs());
      case SIGN -> re == 0 && im == 0 ? ZERO : times(1 / abs());
      case EXP -> exp();
      case EXPM1 -> expm1();
      case LOG -> log();
      case LOG1P -> log1p();
      case SQRT -> sqrt();
      case RSQRT -> ONE.over(sqrt());
      case SIN -> turned(Complex::sinh);
      case COS -> new Complex(-im, re).cosh();
      case TAN -> turned(Complex::tanh);
      case ASIN -> turned(Complex::asinh);
      case ACOS -> of(Math.PI / 2).minus(turned(Complex::asinh));
      case ATAN -> turned(Complex::atanh);
      case SINH -> sinh();
      case COSH -> cosh();
      case ASINH -> asinh();
      case ACOSH -> acosh();
      case ATANH -> atanh();
      case TANH -> tanh();
      case LOGISTIC -> ONE.over(ONE.plus(negated().exp()));
      case REAL -> of(re);
      case IMAG -> of(im);
      case CONJ -> conjugate();
      default -> throw new IllegalArgumentException(kind + " of complex numbers");
    };
  }

  Complex apply(BinaryKind kind, Complex o) {
    return switch (kind) {
      case ADD -> plus(o);
      case SUB -> minus(o);
      case MUL -> times(o);
      case DIV -> over(o);
      case POW -> power(o);
      default -> throw new IllegalArgumentException(kind + " of complex numbers");
    };
  }

  private Complex power(Complex y) {
    if (y.re == 0 && y.im == 0) {
      return ONE;
    }
    return re == 0 && im == 0 && y.im == 0 && y.re > 0 ? ZERO : y.times(log()).exp();
  }
}
