package org.keras4j.ops.internal.composite;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.ops.internal.engine.TracedTensor;

/**
 * What made a tensor that is being traced: the product of the last axis of x with a matrix, and perhaps a bias.
 *
 * @param x {@code (..., n)}
 * @param kernel {@code (n, units)}, or turned {@code (units, n)}, of the dtype of x
 * @param bias {@code (units)}; null for none
 * @param turned whether the kernel's first axis is that of the units
 */
public record LinearProduct(
    Tensor x, Tensor kernel, @Nullable Tensor bias, boolean turned) {
  /** What made the tensor, conversions between floats aside; null if it was something else. */
  public static @Nullable LinearProduct of(TracedTensor y) {
    TracedTensor t = unconverted(y);
    List<TracedTensor> in = t.operands();
    if (t.primitive() instanceof Composite c && c.name().equals(Composites.DENSE.name())) {
      return new LinearProduct(in.get(0), in.get(1), in.size() > 2 ? in.get(2) : null, false);
    }
    if (t.primitive() instanceof Binary b && b.kind() == BinaryKind.ADD) {
      LinearProduct p = product(in.get(0));
      boolean row =
          in.get(1).rank() == 1 && in.get(1).shape().equals(t.shape().slice(t.rank() - 1));
      return p == null || !row ? null : new LinearProduct(p.x, p.kernel, in.get(1), p.turned);
    }
    return product(t);
  }

  private static TracedTensor unconverted(TracedTensor y) {
    TracedTensor t = y;
    while (t.primitive() instanceof Convert && t.operands().get(0).dtype().isFloat()) {
      t = t.operands().get(0);
    }
    return t;
  }

  private static @Nullable LinearProduct product(TracedTensor y) {
    if (!(y.primitive() instanceof DotGeneral d)) {
      return null;
    }
    TracedTensor x = y.operands().get(0);
    TracedTensor kernel = y.operands().get(1);
    boolean narrow = d.outputType() == null || d.outputType() == x.dtype();
    if (!narrow
        || !x.dtype().isFloat()
        || kernel.rank() != 2
        || d.lhsBatch().size() > 0
        || !d.lhsContract().equals(IntList.of(x.rank() - 1))) {
      return null;
    }
    boolean turned = d.rhsContract().get(0) == 1;
    if (kernel.primitive() instanceof Transpose) { // of a matrix: the table as it lies
      return new LinearProduct(x, kernel.operands().get(0), null, !turned);
    }
    return new LinearProduct(x, kernel, null, turned);
  }
}
