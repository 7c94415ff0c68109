package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.spi.Site;

/** Batch normalization by TensorFlow's fused kernels, which see any input as rows of channels. */
final class BatchNormalization {
  private BatchNormalization() {}

  private static boolean isFit(List<TensorSpec> in) {
    TensorSpec x = in.get(0);
    return x.dtype() == DType.FLOAT32
        && x.rank() >= 2
        && x.shape().last() > 0
        && isFilled(x.shape());
  }

  private static boolean isFilled(Shape s) {
    for (int i = 0; i < s.rank(); i++) {
      if (s.dim(i) == 0) {
        return false;
      }
    }
    return true;
  }

  /** The input as (n, 1, 1, channels), unless it is an image already. */
  private static Term rows(TensorFlowOps o, Term x) {
    if (x.rank() == 4) {
      return x;
    }
    long n = x.shape().without(-1).size();
    return o.reshape(x, Shape.of(n, 1, 1, x.dim(-1)));
  }

  private static Term back(TensorFlowOps o, Term y, Term x) {
    return x.rank() == 4 ? y : o.reshape(y, x.shape(), () -> o.dims(x, 0, x.rank()));
  }

  private static Term gamma(TensorFlowOps o, Composite c, Site<Term> s, int at) {
    return c.attributes().get(Composites.SCALE)
        ? s.input(at)
        : Claims.vector(o, s.in(0).shape().last(), 1);
  }

  private static Term beta(TensorFlowOps o, Composite c, Site<Term> s, int at) {
    return c.attributes().get(Composites.CENTER)
        ? s.input(at + (c.attributes().get(Composites.SCALE) ? 1 : 0))
        : Claims.vector(o, s.in(0).shape().last(), 0);
  }

  private static OpCall call(String op, Composite c, boolean training) {
    return new OpCall(op)
        .real("epsilon", c.attributes().get(Composites.EPSILON))
        .flag("is_training", training);
  }

  /** Six results: y, then five vectors of channels. */
  private static List<TensorSpec> results(Shape y, Shape channels) {
    List<TensorSpec> out = new ArrayList<>(List.of(new TensorSpec(y, DType.FLOAT32)));
    for (int i = 0; i < 5; i++) {
      out.add(new TensorSpec(channels, DType.FLOAT32));
    }
    return out;
  }

  /** {@code nn.batch_normalization}: x mean variance [gamma] [beta] to y. */
  static final class Inference implements Claims.Kernel {
    @Override
    public boolean takes(Composite c, List<TensorSpec> in) {
      return isFit(in);
    }

    @Override
    public List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
      Term x = rows(o, s.input(0));
      Shape channels = Shape.of(x.dim(-1));
      List<Object> in = List.of(x, gamma(o, c, s, 3), beta(o, c, s, 3), s.input(1), s.input(2));
      Term y = o.target()
          .apply(call("FusedBatchNormV3", c, false), in, results(x.shape(), channels))
          .get(0);
      return List.of(back(o, y, s.input(0)));
    }
  }

  /** {@code nn.batch_normalization_train}: x [gamma] [beta] to y mean variance, and rstd if asked. */
  static final class Training implements Claims.Kernel {
    private final int wanted;

    Training(int wanted) {
      this.wanted = wanted;
    }

    @Override
    public boolean takes(Composite c, List<TensorSpec> in) {
      return isFit(in);
    }

    @Override
    public List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
      Term x = rows(o, s.input(0));
      Shape channels = Shape.of(x.dim(-1));
      Term none = o.constant(NDArray.zeros(DType.FLOAT32, Shape.of(0)));
      List<Object> in = List.of(x, gamma(o, c, s, 1), beta(o, c, s, 1), none, none);
      List<Term> y =
          o.target().apply(call("FusedBatchNormV3", c, true), in, results(x.shape(), channels));
      // the variance among the results is the unbiased one, that in the reserve divides by n
      Term variance = y.get(4);
      List<Term> out = new ArrayList<>(List.of(back(o, y.get(0), s.input(0)), y.get(1), variance));
      if (wanted == 4) {
        Term epsilon = o.scalar(DType.FLOAT32, c.attributes().get(Composites.EPSILON));
        out.add(o.unary("Rsqrt", o.add(variance, epsilon)));
      }
      return out;
    }
  }

  /** {@code nn.batch_normalization_train_backward}: to dx [dgamma] [dbeta]. */
  static final class Gradient implements Claims.Kernel {
    @Override
    public boolean takes(Composite c, List<TensorSpec> in) {
      return isFit(in);
    }

    @Override
    public List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
      int n = s.inputs().size();
      Term x = rows(o, s.input(0));
      Shape channels = Shape.of(x.dim(-1));
      Term mean = s.input(n - 6);
      Term variance = s.input(n - 5);
      Term dy = rows(o, s.input(n - 3));
      List<Object> in = List.of(dy, x, gamma(o, c, s, 1), mean, variance, variance);
      List<Term> g = o.target()
          .apply(
              call("FusedBatchNormGradV3", c, true),
              in,
              results(x.shape(), channels).subList(0, 5));
      List<Term> out = new ArrayList<>(List.of(back(o, g.get(0), s.input(0))));
      if (c.attributes().get(Composites.SCALE)) {
        out.add(g.get(1));
      }
      if (c.attributes().get(Composites.CENTER)) {
        out.add(g.get(2));
      }
      return out;
    }
  }
}
