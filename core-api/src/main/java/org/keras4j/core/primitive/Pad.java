package org.keras4j.core.primitive;

import java.util.List;
import java.util.Set;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;

/**
 * Pads with the second input, a scalar: {@code low} elements before, {@code high} after, {@code interior}
 * between two neighbours of each axis. Negative low and high crop (after the interior padding).
 */
public record Pad(LongList low, LongList high, LongList interior) implements Primitive {
  @Override
  public List<TensorSpec> infer(List<TensorSpec> in) {
    Rule.inputs(in, 2);
    Rule.sameType(in, 0, 1);
    Rule.require(in.get(1).rank() == 0, in, "a scalar to pad with");
    Shape s = in.get(0).shape();
    Rule.require(
        low.size() == s.rank() && high.size() == s.rank() && interior.size() == s.rank(),
        in,
        "one low, high and interior an axis");
    long[] d = new long[s.rank()];
    for (int i = 0; i < d.length; i++) {
      long n = s.dim(i);
      d[i] = n < 0 ? Shape.UNKNOWN : padded(in, i, n);
      Rule.require(n < 0 || d[i] >= 0, in, "padding that leaves a size of at least 0");
    }
    return List.of(in.get(0).withShape(Shape.of(d)));
  }

  private long padded(List<TensorSpec> in, int i, long n) {
    return Rule.size(
        in,
        () -> Math.addExact(
            Math.addExact(n, Math.multiplyExact(Math.max(0, n - 1), interior.get(i))),
            Math.addExact(low.get(i), high.get(i))));
  }

  @Override
  public Set<Trait> traits() {
    return Trait.NONE;
  }

  @Override
  public <C, R> R accept(PrimitiveVisitor<C, R> visitor, C context) {
    return visitor.pad(this, context);
  }
}
