package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * The elements {@code start, start + stride, ...} below {@code limit} of each axis. {@code start >= 0},
 * {@code stride >= 1}; a limit beyond the end, for instance {@code Long.MAX_VALUE}, means the end.
 */
public record Slice(LongList start, LongList limit, LongList stride) implements Primitive {
  private static final Set<Trait> TRAITS = Set.of(Trait.VIEW);

  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 1);
    Shape s = in.get(0).shape();
    Rule.require(
        start.size() == s.rank() && limit.size() == s.rank() && stride.size() == s.rank(),
        in,
        "one start, limit and stride an axis");
    long[] d = new long[s.rank()];
    for (int i = 0; i < d.length; i++) {
      Rule.require(
          start.get(i) >= 0 && limit.get(i) >= 0 && stride.get(i) >= 1,
          in,
          "start and limit of at least 0, stride of at least 1");
      if (s.dim(i) < 0) {
        d[i] = Shape.UNKNOWN;
      } else {
        long end = Math.min(limit.get(i), s.dim(i));
        d[i] = end <= start.get(i) ? 0 : (end - start.get(i) - 1) / stride.get(i) + 1;
      }
    }
    return List.of(in.get(0).withShape(Shape.of(d)));
  }

  @Override
  public Set<Trait> traits() {
    return TRAITS;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.slice(this, context);
  }
}
