package org.keras4j.onnx.internal.lowering;

/** The logarithm of the gamma function by Lanczos's approximation, and its derivative by the asymptotic series. */
final class Gamma {
  private static final double G = 7;
  private static final double[] LANCZOS = {
    676.520368121885098567009190444019,
    -1259.13921672240287047156078755283,
    771.3234287776530788486528258894,
    -176.61502916214059906584551354,
    12.507343278686904814458936853,
    -0.13857109526572011689554707,
    9.984369578019570859563e-6,
    1.50563273514931155834e-7
  };

  private final OnnxOps o;

  Gamma(OnnxOps ops) {
    this.o = ops;
  }

  private Term log(Term x) {
    return o.unary("Log", x);
  }

  // log |sin(pi x)| by the distance from the next integer
  private Term logSine(Term x) {
    Term fraction = o.sub(x, o.unary("Floor", x));
    Term near = o.min(fraction, o.sub(o.like(x, 1), fraction));
    return log(o.unary("Sin", o.mul(near, Math.PI)));
  }

  Term lgamma(Term x) {
    Term one = o.like(x, 1);
    Term reflected = o.compare("Less", x, o.like(x, 0.5));
    Term z = o.select(reflected, o.neg(x), o.sub(x, one));
    Term sum = o.like(x, 0.99999999999980993227684700473478);
    for (int i = 0; i < LANCZOS.length; i++) {
      sum = o.add(sum, o.div(o.like(x, LANCZOS[i]), o.add(z, i + 1.0)));
    }
    Term t = o.add(z, G + 0.5);
    // log(t) by parts, whose digits t alone would lose
    Term logT = o.add(new Functions(o).log1p(o.mul(z, 1 / (G + 0.5))), Math.log(G + 0.5));
    Term y = o.mul(o.sub(o.add(z, 0.5), o.div(t, logT)), logT);
    y = o.add(o.add(y, 0.5 * Math.log(2 * Math.PI)), log(sum));
    Term mirrored = o.sub(o.sub(o.like(x, Math.log(Math.PI)), logSine(x)), y);
    Term result = o.select(reflected, mirrored, y);
    Term infinite = o.compare("Equal", o.unary("Abs", x), o.like(x, Double.POSITIVE_INFINITY));
    return o.select(infinite, o.like(x, Double.POSITIVE_INFINITY), result);
  }

  Term digamma(Term x) {
    Term one = o.like(x, 1);
    Term reflected = o.compare("Less", x, o.like(x, 0.5));
    Term z = o.select(reflected, o.sub(one, x), x);
    // moved up to where the series holds
    Term sum = o.like(x, 0);
    for (int i = 0; i < 10; i++) {
      Term small = o.compare("Less", z, o.like(x, 10));
      sum = o.select(small, o.sub(sum, o.unary("Reciprocal", z)), sum);
      z = o.select(small, o.add(z, 1), z);
    }
    Term inverse = o.unary("Reciprocal", o.mul(z, z));
    double[] c = {-1.0 / 12, 1.0 / 120, -1.0 / 252, 1.0 / 240, -1.0 / 132, 691.0 / 32760, -1.0 / 12
    };
    Term tail = o.like(x, c[c.length - 1]);
    for (int i = c.length - 2; i >= 0; i--) {
      tail = o.add(o.mul(tail, inverse), c[i]);
    }
    Term half = o.mul(o.unary("Reciprocal", z), -0.5);
    Term y = o.add(o.add(o.add(log(z), half), o.mul(inverse, tail)), sum);
    // psi(1 - x) - pi / tan(pi x)
    Term fraction = o.sub(x, o.unary("Floor", o.add(x, 0.5)));
    Term angle = o.mul(fraction, Math.PI);
    Term cotangent = o.div(new Functions(o).cos(angle), o.unary("Sin", angle));
    Term mirrored = o.sub(y, o.mul(cotangent, Math.PI));
    Term pole = o.and(
        o.compare("LessOrEqual", x, o.like(x, 0)), o.compare("Equal", x, o.unary("Floor", x)));
    return o.select(pole, o.like(x, Double.NaN), o.select(reflected, mirrored, y));
  }
}
