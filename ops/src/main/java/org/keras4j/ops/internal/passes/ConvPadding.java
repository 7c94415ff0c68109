package org.keras4j.ops.internal.passes;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ConvAttributes;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.Pad;

/** Padding before a convolution, which the convolution can do itself. */
final class ConvPadding {
  private ConvPadding() {}

  /** The zeros around the spatial axes that a value brings, which a convolution can add itself; else null. */
  static @Nullable Pad of(Value x) {
    if (!(Simplify.producer(x) instanceof Pad d)
        || !Rewrites.is(Simplify.before(x, 1), 0)
        || !Rewrites.isZero(d.interior())
        || x.spec().rank() < 3) {
      return null;
    }
    int last = d.low().size() - 1;
    for (int i = 0; i <= last; i++) {
      long low = d.low().get(i);
      long high = d.high().get(i);
      if (low < 0 || high < 0 || ((i == 0 || i == last) && low + high > 0)) {
        return null;
      }
    }
    return d;
  }

  /** The attributes of a convolution that adds these zeros too. */
  static ConvAttributes added(ConvAttributes c, Pad d) {
    long[] low = c.low().toArray();
    long[] high = c.high().toArray();
    for (int i = 0; i < low.length; i++) {
      low[i] += d.low().get(i + 1);
      high[i] += d.high().get(i + 1);
    }
    return new ConvAttributes(
        c.stride(), LongList.of(low), LongList.of(high), c.dilation(), c.groups());
  }

  /** The inputs without the zeros. */
  static List<Value> without(List<Value> in) {
    List<Value> out = new ArrayList<>(in);
    out.set(0, Simplify.before(in.get(0), 0));
    return out;
  }
}
