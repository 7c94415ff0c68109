package org.keras4j.ops.internal.composite;

import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Normalized exponentials along one axis. Inputs: {@code x}, floats; output {@code y} of its shape and
 * dtype. Attribute {@code axis}, a long of at least 0. The backward parts take {@code x, y, dy} and give
 * {@code dx}.
 *
 * <ul>
 *   <li>{@code nn.softmax}: {@code e^x / sum(e^x)}
 *   <li>{@code nn.log_softmax}: {@code x - log(sum(e^x))}
 * </ul>
 */
public final class SoftmaxComposites {
  /** {@code nn.softmax}. */
  public static final CompositeOp SOFTMAX = CompositeOp.differentiable(
      Composites.SOFTMAX.name(),
      (a, in) -> {
        Tensor e = Prims.exp(shifted(in.get(0), a.get(Composites.AXIS)));
        return List.of(Prims.div(e, Prims.sumKeep(e, a.get(Composites.AXIS))));
      },
      (a, in) -> {
        Tensor y = in.get(1);
        Tensor weighted = Prims.mul(in.get(2), y);
        Tensor sum = Prims.sumKeep(weighted, a.get(Composites.AXIS));
        return List.of(Prims.sub(weighted, Prims.mul(y, sum)));
      });

  /** {@code nn.log_softmax}. */
  public static final CompositeOp LOG_SOFTMAX = CompositeOp.differentiable(
      Composites.LOG_SOFTMAX.name(),
      (a, in) -> {
        Tensor s = shifted(in.get(0), a.get(Composites.AXIS));
        return List.of(
            Prims.sub(s, Prims.log(Prims.sumKeep(Prims.exp(s), a.get(Composites.AXIS)))));
      },
      (a, in) -> {
        Tensor dy = in.get(2);
        Tensor sum = Prims.sumKeep(dy, a.get(Composites.AXIS));
        return List.of(Prims.sub(dy, Prims.mul(Prims.exp(in.get(1)), sum)));
      });

  private SoftmaxComposites() {}

  // the largest element is taken off against overflow; the result does not depend on it
  private static Tensor shifted(Tensor x, int axis) {
    return Prims.sub(x, Prims.stopGradient(Prims.maxKeep(x, axis)));
  }

  /** {@link #SOFTMAX} along an axis, which may be negative. */
  public static Tensor softmax(Tensor x, int axis) {
    return SOFTMAX.call1(Attributes.of(Composites.AXIS, x.shape().axis(axis)), x);
  }

  /** {@link #LOG_SOFTMAX} along an axis, which may be negative. */
  public static Tensor logSoftmax(Tensor x, int axis) {
    return LOG_SOFTMAX.call1(Attributes.of(Composites.AXIS, x.shape().axis(axis)), x);
  }
}
