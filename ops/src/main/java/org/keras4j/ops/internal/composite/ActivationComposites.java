package org.keras4j.ops.internal.composite;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Elementwise activation functions with kernels of their own. Each takes {@code x} and gives {@code y} of
 * the same shape and float dtype ({@code nn.relu} of any number); its backward part takes {@code x, y, dy}
 * and gives {@code dx}.
 *
 * <table>
 * <caption>Composites</caption>
 * <tr><th>name</th><th>attributes</th><th>y</th></tr>
 * <tr><td>nn.relu</td><td></td><td>max(x, 0)</td></tr>
 * <tr><td>nn.relu6</td><td></td><td>min(max(x, 0), 6)</td></tr>
 * <tr><td>nn.leaky_relu</td><td>negative_slope: double</td><td>x where x &gt;= 0, else slope x</td></tr>
 * <tr><td>nn.elu</td><td>alpha: double</td><td>x where x &gt; 0, else alpha (e^x - 1)</td></tr>
 * <tr><td>nn.silu</td><td></td><td>x / (1 + e^-x)</td></tr>
 * <tr><td>nn.gelu</td><td>approximate: boolean</td><td>x Phi(x), or its tanh approximation</td></tr>
 * <tr><td>nn.softplus</td><td></td><td>log(1 + e^x)</td></tr>
 * </table>
 */
public final class ActivationComposites {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBIC = 0.044715;

  /** {@code nn.relu}. The gradient at 0 is 0, that at NaN what comes in, so that the NaN is not lost. */
  public static final CompositeOp RELU = CompositeOp.differentiable(
      Composites.RELU.name(), (a, in) -> List.of(reluBody(in.get(0))), (a, in) -> {
        // by x: where only the result is kept, TensorFlow puts relu into the product before it, by
        // a kernel
        // that gives 0 for a NaN
        Tensor x = in.get(0);
        Tensor dy = in.get(2);
        return List.of(
            Prims.select(Prims.le(x, Prims.scalarLike(x, 0)), Prims.scalarLike(dy, 0), dy));
      });

  /** {@code nn.relu6}. The gradient at 0 and at 6 is 0, that at NaN 0 or what comes in. */
  public static final CompositeOp RELU6 = CompositeOp.differentiable(
      Composites.RELU6.name(), (a, in) -> List.of(relu6Body(in.get(0))), (a, in) -> {
        Tensor x = in.get(0);
        Tensor dy = in.get(2);
        return List.of(Prims.select(withinSix(x), dy, Prims.scalarLike(dy, 0)));
      });

  /** {@code nn.leaky_relu}. */
  public static final CompositeOp LEAKY_RELU = CompositeOp.differentiable(
      Composites.LEAKY_RELU.name(),
      (a, in) -> {
        Tensor x = in.get(0);
        return List.of(Prims.select(
            Prims.ge(x, Prims.scalarLike(x, 0)),
            x,
            Prims.mul(x, a.get(Composites.NEGATIVE_SLOPE))));
      },
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor dy = in.get(2);
        return List.of(Prims.select(
            Prims.ge(x, Prims.scalarLike(x, 0)),
            dy,
            Prims.mul(dy, a.get(Composites.NEGATIVE_SLOPE))));
      });

  /** {@code nn.elu}. */
  public static final CompositeOp ELU = CompositeOp.differentiable(
      Composites.ELU.name(),
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor zero = Prims.scalarLike(x, 0);
        Tensor positive = Prims.gt(x, zero);
        // the exponent is kept from overflowing where its result is not used
        Tensor e = Prims.unary(UnaryKind.EXPM1, Prims.select(positive, zero, x));
        return List.of(Prims.select(positive, x, Prims.mul(e, a.get(Composites.ALPHA))));
      },
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor y = in.get(1);
        Tensor dy = in.get(2);
        Tensor slope = Prims.add(y, a.get(Composites.ALPHA));
        return List.of(Prims.select(Prims.gt(x, Prims.scalarLike(x, 0)), dy, Prims.mul(dy, slope)));
      });

  /** {@code nn.silu}. */
  public static final CompositeOp SILU = CompositeOp.differentiable(
      Composites.SILU.name(),
      (a, in) -> List.of(Prims.mul(in.get(0), sigmoid(in.get(0)))),
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor s = sigmoid(x);
        Tensor slope = Prims.mul(s, Prims.add(Prims.mul(x, Prims.sub(1, s)), 1));
        return List.of(Prims.mul(in.get(2), slope));
      });

  /** {@code nn.gelu}. */
  public static final CompositeOp GELU = CompositeOp.differentiable(
      Composites.GELU.name(),
      (a, in) -> {
        Tensor x = in.get(0);
        return List.of(
            a.get(Composites.APPROXIMATE)
                ? Prims.mul(Prims.mul(x, 0.5), Prims.add(geluTanh(x), 1))
                : Prims.mul(Prims.mul(x, 0.5), erfc(x)));
      },
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor slope;
        if (a.get(Composites.APPROXIMATE)) {
          Tensor t = geluTanh(x);
          Tensor inner =
              Prims.mul(Prims.add(Prims.mul(Prims.square(x), 3 * GELU_CUBIC), 1), SQRT_2_OVER_PI);
          Tensor bend = Prims.mul(Prims.mul(x, Prims.sub(1, Prims.square(t))), inner);
          slope = Prims.mul(Prims.add(Prims.add(t, 1), bend), 0.5);
        } else {
          Tensor density =
              Prims.mul(Prims.exp(Prims.mul(Prims.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
          slope = Prims.add(Prims.mul(erfc(x), 0.5), Prims.mul(x, density));
        }
        return List.of(Prims.mul(in.get(2), slope));
      });

  /** {@code nn.softplus}. */
  public static final CompositeOp SOFTPLUS = CompositeOp.differentiable(
      Composites.SOFTPLUS.name(),
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor tail = Prims.unary(UnaryKind.LOG1P, Prims.exp(Prims.minusModulus(x)));
        return List.of(Prims.add(Prims.max(x, Prims.scalarLike(x, 0)), tail));
      },
      (a, in) -> List.of(Prims.mul(in.get(2), sigmoid(in.get(0)))));

  private ActivationComposites() {}

  private static Tensor reluBody(Tensor x) {
    // a selection, and not a maximum, since the gradient at 0 is 0
    Tensor zero = Prims.scalarLike(x, 0);
    return Prims.select(Prims.le(x, zero), zero, x);
  }

  private static Tensor relu6Body(Tensor x) {
    Tensor clipped = Prims.min(Prims.max(x, Prims.scalarLike(x, 0)), Prims.scalarLike(x, 6));
    return Prims.select(withinSix(x), x, Prims.stopGradient(clipped));
  }

  private static Tensor withinSix(Tensor x) {
    return Prims.and(Prims.gt(x, Prims.scalarLike(x, 0)), Prims.lt(x, Prims.scalarLike(x, 6)));
  }

  // tanh(sqrt(2 / pi) (x + 0.044715 x^3))
  private static Tensor geluTanh(Tensor x) {
    Tensor cubic = Prims.mul(Prims.mul(Prims.square(x), x), GELU_CUBIC);
    return Prims.unary(UnaryKind.TANH, Prims.mul(Prims.add(x, cubic), SQRT_2_OVER_PI));
  }

  private static Tensor erfc(Tensor x) {
    return Prims.unary(UnaryKind.ERFC, Prims.mul(x, -SQRT_HALF));
  }

  /** {@code 1 / (1 + e^-x)}. */
  public static Tensor sigmoid(Tensor x) {
    return Prims.unary(UnaryKind.LOGISTIC, x);
  }

  /** {@link #RELU} of any number. */
  public static Tensor relu(Tensor x) {
    return RELU.call1(Attributes.NONE, x);
  }

  /** {@link #RELU6} of floats. */
  public static Tensor relu6(Tensor x) {
    return RELU6.call1(Attributes.NONE, x);
  }

  /** {@link #LEAKY_RELU}. */
  public static Tensor leakyRelu(Tensor x, double negativeSlope) {
    return LEAKY_RELU.call1(Attributes.of(Composites.NEGATIVE_SLOPE, negativeSlope), x);
  }

  /** {@link #ELU}. */
  public static Tensor elu(Tensor x, double alpha) {
    return ELU.call1(Attributes.of(Composites.ALPHA, alpha), x);
  }

  /** {@link #SILU}. */
  public static Tensor silu(Tensor x) {
    return SILU.call1(Attributes.NONE, x);
  }

  /** {@link #GELU}. */
  public static Tensor gelu(Tensor x, boolean approximate) {
    return GELU.call1(Attributes.of(Composites.APPROXIMATE, approximate), x);
  }

  /** {@link #SOFTPLUS}. */
  public static Tensor softplus(Tensor x) {
    return SOFTPLUS.call1(Attributes.NONE, x);
  }
}
