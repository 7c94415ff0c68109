package org.keras4j.backend.xla.emit;

import org.keras4j.backend.xla.runtime.ElementType;

/**
 * {@code exp(-|x|) I0(x)} by two Chebyshev series: in {@code |x| / 4 - 1} up to 8, and beyond, times
 * {@code sqrt(|x|)}, in {@code 16 / |x| - 1}. Their coefficients interpolate the function itself.
 */
final class Bessel {
  private static final double[] NEAR = {
    0.33839763720473803,
    -0.3046826723431984,
    0.17162090152220877,
    -0.09490109704804764,
    0.04930528423967071,
    -0.02373741480589947,
    0.010546460394594998,
    -0.004324309995050576,
    0.0016394756169413357,
    -0.0005763755745385824,
    0.00018850288509584165,
    -5.754195010082104e-05,
    1.6448448070728896e-05,
    -4.4167383584587505e-06,
    1.1173875391201037e-06,
    -2.670793853940612e-07,
    6.046995022541919e-08,
    -1.300025009986248e-08,
    2.6598237246823866e-09,
    -5.189795601635263e-10,
    9.675809035373237e-11,
    -1.7268262914415555e-11,
    2.955052663129625e-12,
    -4.856446783110493e-13,
    7.67618549846838e-14,
    -1.1685332865345506e-14,
    1.7153911715225191e-15,
    -2.4312698460190526e-16,
    3.329942063880425e-17,
    -4.3447706395547665e-18,
  };

  private static final double[] FAR = {
    0.4022452055070544,
    0.0033691164782556943,
    6.889758346916825e-05,
    2.8913705208347567e-06,
    2.0489185894690644e-07,
    2.2666689904981655e-08,
    3.3962320257082364e-09,
    4.940602388232519e-10,
    1.1889147107833744e-11,
    -3.149916528331934e-11,
    -1.3215811837176896e-11,
    -1.7941785154872585e-12,
    7.180124162778508e-13,
    3.8527777382764766e-13,
    1.5401056017859346e-14,
    -4.1505444601888525e-14,
    -9.5560403497191e-15,
    3.810688521811387e-15,
    1.7797933135443953e-15,
    -3.3771805748176987e-16,
    -3.274186122546289e-16,
  };

  private Bessel() {}

  static Term i0e(Hlo h, Term a) {
    ElementType e = a.element();
    if (e.size() < 4) {
      return h.convert(i0e(h, h.convert(a, ElementType.F32)), e);
    }
    Term x = h.unary("abs", a);
    Term eight = h.full(x.type(), 8);
    Term one = h.full(x.type(), 1);
    Term near = series(h, NEAR, h.sub(h.mul(x, h.full(x.type(), 0.25)), one));
    // kept away from 0, where the other series counts
    Term big = h.binary("maximum", x, eight);
    Term far = series(h, FAR, h.sub(h.div(h.full(x.type(), 16), big), one));
    return h.select(h.compare("LE", x, eight), near, h.mul(far, h.unary("rsqrt", big)));
  }

  // Clenshaw's recurrence; terms that float32 cannot see are left out
  private static Term series(Hlo h, double[] c, Term t) {
    double least = t.element() == ElementType.F32 ? 1e-9 : 0;
    int n = c.length;
    while (Math.abs(c[n - 1]) < least) {
      n--;
    }
    Term twice = h.add(t, t);
    Term b1 = h.full(t.type(), c[n - 1]);
    Term b2 = h.full(t.type(), 0);
    for (int i = n - 2; i > 0; i--) {
      Term b0 = h.add(h.sub(h.mul(twice, b1), b2), h.full(t.type(), c[i]));
      b2 = b1;
      b1 = b0;
    }
    return h.add(h.sub(h.mul(t, b1), b2), h.full(t.type(), c[0]));
  }
}
