package org.keras4j.backend.tensorflow.lowering;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.spi.Site;

/** The pooling composites by TensorFlow's kernels, where their padding is one that those know. */
final class Pooling {
  private Pooling() {}

  /** What a composite asks for, over two or three spatial axes (one becomes two). */
  private record Plan(long[] size, long[] stride, String padding, boolean line, Shape x, Shape y) {
    OpCall call(String op) {
      return new OpCall(op + (x.rank() == 5 ? "3D" : ""))
          .numbers("ksize", size)
          .numbers("strides", stride)
          .text("padding", padding);
    }

    OpCall gradient(String op) {
      return new OpCall(op + (x.rank() == 5 ? "3DGrad" : "Grad"))
          .numbers("ksize", size)
          .numbers("strides", stride)
          .text("padding", padding);
    }

    Term in(TensorFlowOps o, Term t) {
      return line ? o.expand(t, 1) : t;
    }

    Term out(TensorFlowOps o, Term t, Shape s) {
      if (!line) {
        return t;
      }
      return o.call(new OpCall("Squeeze").numbers("squeeze_dims", 1), s, t.dtype(), t);
    }
  }

  /** The plan of a pooling that was claimed because there is one. */
  private static Plan claimed(Composite c, Shape x, Shape y) {
    return Objects.requireNonNull(plan(c, x, y));
  }

  private static @Nullable Plan plan(Composite c, Shape x, Shape y) {
    int n = x.rank() - 2;
    LongList size = c.attributes().get(Composites.SIZE);
    LongList stride = c.attributes().get(Composites.STRIDE);
    LongList low = c.attributes().get(Composites.LOW);
    LongList high = c.attributes().get(Composites.HIGH);
    boolean valid = true;
    boolean same = true;
    for (int i = 0; i < n; i++) {
      long in = x.dim(i + 1);
      long out = y.dim(i + 1);
      if (in <= 0 || out <= 0) {
        return null;
      }
      long total = Math.max(0, (out - 1) * stride.get(i) + size.get(i) - in);
      valid &= low.get(i) == 0 && high.get(i) == 0;
      same &= out == (in + stride.get(i) - 1) / stride.get(i)
          && low.get(i) == total / 2
          && high.get(i) == total - total / 2;
    }
    if (n < 1 || n > 3 || x.dim(0) == 0 || x.last() == 0 || !valid && !same) {
      return null;
    }
    boolean line = n == 1;
    return new Plan(
        around(size, line),
        around(stride, line),
        valid ? "VALID" : "SAME",
        line,
        line ? x.insert(1, 1) : x,
        line ? y.insert(1, 1) : y);
  }

  private static long[] around(LongList l, boolean line) {
    List<Long> v = new ArrayList<>(List.of(1L));
    if (line) {
      v.add(1L);
    }
    for (int i = 0; i < l.size(); i++) {
      v.add(l.get(i));
    }
    v.add(1L);
    return v.stream().mapToLong(i -> i).toArray();
  }

  private static boolean isFit(Shape x, DType t) {
    return t == DType.FLOAT32 || t == DType.FLOAT64 && x.rank() < 5;
  }

  /** {@code nn.average_pool}. */
  static final class Average implements Claims.Kernel {
    @Override
    public boolean takes(Composite c, List<TensorSpec> in) {
      Shape x = in.get(0).shape();
      return isFit(x, in.get(0).dtype()) && plan(c, x, c.infer(in).get(0).shape()) != null;
    }

    @Override
    public List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
      Term x = s.input(0);
      Shape out = s.out(0).shape();
      Plan p = claimed(c, x.shape(), out);
      Term y = o.call(p.call("AvgPool"), p.y(), x.dtype(), p.in(o, x));
      return List.of(p.out(o, y, out));
    }
  }

  /** {@code nn.average_pool_backward}: x, y, dy to dx. */
  static final class AverageGradient implements Claims.Kernel {
    @Override
    public boolean takes(Composite c, List<TensorSpec> in) {
      Shape x = in.get(0).shape();
      return isFit(x, in.get(0).dtype()) && plan(c, x, in.get(1).shape()) != null;
    }

    @Override
    public List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
      Term x = s.input(0);
      Plan p = claimed(c, x.shape(), s.in(1).shape());
      Term dy = p.in(o, s.input(2));
      Term sizes = o.shapeOf(p.in(o, x));
      Term dx = o.call(p.gradient("AvgPool"), p.x(), x.dtype(), sizes, dy);
      return List.of(p.out(o, dx, x.shape()));
    }
  }

  /** {@code nn.max_pool_backward}: x, y, dy to dx. */
  static final class MaxGradient implements Claims.Kernel {
    @Override
    public boolean takes(Composite c, List<TensorSpec> in) {
      Shape x = in.get(0).shape();
      // in three dimensions the kernel shares a cotangent among equal elements
      return x.rank() < 5 && isFit(x, in.get(0).dtype()) && plan(c, x, in.get(1).shape()) != null;
    }

    @Override
    public List<Term> lower(TensorFlowOps o, Composite c, Site<Term> s) {
      Term x = s.input(0);
      Plan p = claimed(c, x.shape(), s.in(1).shape());
      Term dx = o.call(
          p.gradient("MaxPool"),
          p.x(),
          x.dtype(),
          p.in(o, x),
          p.in(o, s.input(1)),
          p.in(o, s.input(2)));
      return List.of(p.out(o, dx, x.shape()));
    }
  }
}
