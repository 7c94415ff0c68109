package org.keras4j.tck.draws;

import org.keras4j.core.DType;

/** Functions of each element. */
final class ElementDraws {
  private ElementDraws() {}

  private static void on(String names, java.util.function.Function<Dice, Draw> draw) {
    Draws.on(names, draw);
  }

  static void add() {
    unary();
    activations();
    binary();
    integers();
    creation();
  }

  private static void unary() {
    on(
        "abs absolute square trunc floor ceil copy isfinite isinf isnan isneginf isposinf signbit"
            + " ravel fabs conj conjugate isreal real imag angle zeros_like ones_like empty_like"
            + " logical_not cos sin tanh sinh cosh tan arctan arcsinh exp exp2 expm1 cbrt deg2rad"
            + " rad2deg sinc i0 sigmoid erf erfc nan_to_num shape size ndim dtype is_tensor"
            + " stop_gradient array convert_to_tensor",
        d -> Draw.of(d.any(d.shape(0, 4))));
    on(
        "negative sign",
        d -> Draw.of(d.flip() ? d.floats(d.shape(0, 4)) : d.integers(d.shape(0, 4))));
    on("convert_to_numpy", d -> Draw.of(d.any(d.shape(0, 3))).eagerOnly());
    on("arcsin arccos arctanh erfinv", d -> Draw.of(d.between(-0.9, 0.9, d.shape(0, 3))));
    on("gammainc", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.between(0.3, 12, s), d.between(0.3, 20, s));
    });
    on("arccosh", d -> Draw.of(d.between(1.1, 5, d.shape(0, 3))));
    on(
        "log log2 log10 log1p sqrt rsqrt reciprocal",
        d -> Draw.of(d.between(0.1, 5, d.shape(0, 3))));
    on("round", d -> Draw.of(d.any(d.shape(0, 3))).maybe(d, "decimals", d.in(-2, 3)));
    on("clip", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.any(s), d.one((Object) (-1), 0, 0.5), d.one((Object) 1, 2.5));
    });
    on(
        "cast",
        d -> Draw.of(
            d.flip()
                ? d.between(0, 100, d.shape(0, 3))
                : d.whole(DType.INT32, 0, 100, d.shape(0, 3)),
            d.isSmooth()
                ? "float64"
                : d.one("float32", "int8", "uint8", "bool", "float16", "bfloat16", "complex64")));
    on(
        "saturate_cast",
        d -> Draw.of(
            d.whole(DType.INT32, -400, 400, d.shape(0, 3)),
            d.one("float32", "int8", "uint8", "bool", "int16", "uint16")));
    on(
        "view",
        d -> Draw.of(d.whole(DType.INT32, -9, 9, Dice.join(d.shape(0, 2), 4)))
            .with("dtype", d.one("int8", "uint16", "uint32", "int32")));
    on("view_as_complex", d -> Draw.of(d.between(-2, 2, Dice.join(d.shape(0, 3), 2))));
    on("view_as_real", d -> Draw.of(d.array(DType.COMPLEX64, d.shape(0, 3))));
    on("polar", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.between(0.1, 3, s), d.between(-3, 3, s));
    });
  }

  private static void activations() {
    for (String space : new String[] {"", "keras.activations."}) {
      String s = space.isEmpty() ? "" : space;
      String plain = "sparse_plus sparse_sigmoid hard_sigmoid hard_silu hard_tanh tanh_shrink"
          + " log_sigmoid silu softplus softsign selu relu6";
      for (String n : plain.split(" ")) {
        on(s + n, d -> Draw.of(d.floats(d.shape(0, 3))));
      }
      on(s + "gelu", d -> Draw.of(d.floats(d.shape(0, 3))).maybe(d, "approximate", d.flip()));
      on(s + "elu", d -> Draw.of(d.floats(d.shape(0, 3))).maybe(d, "alpha", d.real(0.3, 2)));
      on(s + "celu", d -> Draw.of(d.floats(d.shape(0, 3))).maybe(d, "alpha", d.real(0.3, 2)));
      on(
          s + "leaky_relu",
          d -> Draw.of(d.floats(d.shape(0, 3))).maybe(d, "negative_slope", d.real(0, 0.7)));
      on(
          s + "hard_shrink",
          d -> Draw.of(d.floats(d.shape(0, 3))).maybe(d, "threshold", d.real(0, 1)));
      on(
          s + "soft_shrink",
          d -> Draw.of(d.floats(d.shape(0, 3))).maybe(d, "threshold", d.real(0, 1)));
      on(s + "squareplus", d -> Draw.of(d.floats(d.shape(0, 3))).maybe(d, "b", d.one(1, 4)));
      on(
          s + "threshold",
          d -> Draw.of(d.floats(d.shape(0, 3)), d.one((Object) 0, 0.5), d.one((Object) 2, -1.5)));
      on(s + "glu", d -> {
        long[] shape = d.full(1, 3);
        int a = d.axis(shape);
        int k = a < 0 ? a + shape.length : a;
        return Draw.of(d.floats(Dice.changed(shape, k, 2 * shape[k]))).with("axis", a);
      });
      on(s + "sparsemax", d -> {
        long[] shape = d.full(1, 3);
        return Draw.of(d.floats(shape)).with("axis", d.axis(shape));
      });
      for (String n : new String[] {"softmax", "log_softmax"}) {
        on(s + n, d -> {
          long[] shape = d.full(2, 3);
          return Draw.of(d.floats(shape)).maybe(d, "axis", d.axis(shape));
        });
      }
    }
    on("relu", d -> Draw.of(d.floats(d.shape(0, 3))));
    on(
        "keras.activations.relu",
        d -> Draw.of(d.floats(d.shape(0, 3)))
            .maybe(d, "negative_slope", 0.3)
            .maybe(d, "max_value", 2)
            .maybe(d, "threshold", 0.5));
    on(
        "keras.activations.sigmoid keras.activations.tanh keras.activations.linear"
            + " keras.activations.exponential keras.activations.mish",
        d -> Draw.of(d.floats(d.shape(0, 3))));
  }

  private static void binary() {
    on(
        "add subtract multiply maximum minimum equal not_equal less less_equal greater"
            + " greater_equal fmax fmin logical_and logical_or logical_xor hypot arctan2 logaddexp"
            + " logaddexp2 heaviside isclose allclose",
        d -> {
          long[] s = d.shape(0, 3);
          return Draw.of(d.any(s), d.rarely(6) ? d.one((Object) 2, 0.5) : d.any(d.fitting(s)));
        });
    // divisors that are not 0
    on("divide true_divide divide_no_nan mod fmod floor_divide", d -> {
      long[] s = d.shape(0, 3);
      boolean whole = !d.isSmooth() && d.flip();
      return whole
          ? Draw.of(d.integers(s), d.whole(d.one(DType.INT32, DType.INT16), 1, 5, d.fitting(s)))
          : Draw.of(d.between(-3, 3, s), d.between(0.5, 2, d.fitting(s)));
    });
    on("power", d -> {
      long[] s = d.shape(0, 3);
      return d.isSmooth() || d.flip()
          ? Draw.of(d.between(0.2, 3, s), d.between(-2, 2, d.fitting(s)))
          : Draw.of(d.integers(s), d.whole(DType.INT32, 0, 4, d.fitting(s)));
    });
    on("nextafter", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.array(DType.FLOAT32, s), d.array(DType.FLOAT32, d.fitting(s)));
    });
    on("ldexp", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.between(-3, 3, s), d.whole(-5, 5, d.fitting(s)));
    });
    on("where", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(d.flags(d.fitting(s)), d.any(s), d.any(d.fitting(s)));
    });
    on("select", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(
              java.util.List.of(d.flags(s), d.flags(s)),
              java.util.List.of(d.between(-2, 2, s), d.between(-2, 2, s)))
          .maybe(d, "default", d.one((Object) 0, -1.5));
    });
    on("psnr", d -> {
      long[] s = d.full(1, 3);
      return Draw.of(d.between(0, 1, s), d.between(0, 1, s), 1.0);
    });
  }

  private static void integers() {
    on("gcd lcm bitwise_and bitwise_or bitwise_xor", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(
          d.whole(d.one(DType.INT32, DType.INT16, DType.UINT8), 0, 40, s),
          d.whole(d.one(DType.INT32, DType.INT8), 0, 40, d.fitting(s)));
    });
    on("bitwise_left_shift bitwise_right_shift left_shift right_shift", d -> {
      long[] s = d.shape(0, 3);
      return Draw.of(
          d.whole(d.one(DType.INT32, DType.INT16, DType.UINT8), -40, 40, s),
          d.whole(DType.INT32, 0, 6, d.fitting(s)));
    });
    on(
        "bitwise_invert bitwise_not",
        d ->
            Draw.of(d.whole(d.one(DType.INT32, DType.INT16, DType.UINT8), -40, 40, d.shape(0, 3))));
  }

  private static void creation() {
    String[] dtypes = {"float32", "int32", "bool", "bfloat16", "uint8"};
    on("zeros ones empty", d -> Draw.of(Dice.list(d.shape(0, 3))).maybe(d, "dtype", d.one(dtypes)));
    on(
        "full",
        d -> Draw.of(Dice.list(d.shape(0, 3)), d.one((Object) 1, 2.5))
            .maybe(d, "dtype", d.one(dtypes)));
    on("full_like", d -> Draw.of(d.any(d.shape(0, 3)), d.one((Object) 1, 2)));
    on("eye tri", d -> Draw.of(d.in(0, 4)).maybe(d, "M", d.in(1, 4)).maybe(d, "k", d.in(-2, 3)));
    on("identity", d -> Draw.of(d.in(0, 4)).maybe(d, "dtype", d.one(dtypes)));
    on("arange", d -> Draw.of(d.in(-3, 3), d.in(-3, 9), d.in(1, 3)).eagerOnly());
    on(
        "linspace logspace",
        d -> (d.flip()
                ? Draw.of(d.real(-1, 0), d.real(0, 2))
                : Draw.of(d.between(-1, 0, 2), d.between(0, 1, 2)))
            .with("num", d.in(0, 6))
            .maybe(d, "endpoint", d.flip()));
    on("geomspace", d -> Draw.of(d.between(0.5, 4, 2), d.between(1, 9, 2)).with("num", d.in(0, 6)));
    on("bartlett blackman hamming hanning", d -> Draw.of(d.in(0, 9)).eagerOnly());
    on("kaiser", d -> Draw.of(d.in(0, 9), d.real(0, 9)).eagerOnly());
  }
}
