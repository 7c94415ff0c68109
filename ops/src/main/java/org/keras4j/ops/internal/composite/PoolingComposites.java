package org.keras4j.ops.internal.composite;

import java.util.Arrays;
import java.util.List;
import org.keras4j.core.Tensor;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Composites;
import org.keras4j.core.primitive.LongList;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.ReduceWindow.WindowKind;
import org.keras4j.core.primitive.Window;
import org.keras4j.core.primitive.WindowSelectAdd;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.ops.internal.engine.TracedTensor;

/**
 * Pooling over one to three spatial axes. Input {@code x}: {@code (n, spatial..., channels)}; output
 * {@code y}: {@code (n, new spatial..., channels)}. Attributes, each a {@link LongList} with one entry a
 * spatial axis: {@code size} and {@code stride} of the windows, and {@code low} and {@code high}, the
 * places added before and after. The backward parts take {@code x, y, dy} and give {@code dx}.
 *
 * <ul>
 *   <li>{@code nn.max_pool}: the largest element of each window, places added never winning. Of equal
 *       elements the first takes the gradient.
 *   <li>{@code nn.average_pool}: the mean of each window's elements, places added not counted. Floats.
 * </ul>
 */
public final class PoolingComposites {
  /** {@code nn.max_pool}. */
  public static final CompositeOp MAX_POOL = CompositeOp.differentiable(
      Composites.MAX_POOL.name(),
      (a, in) -> List.of(fold(WindowKind.MAX, in.get(0), a)),
      (a, in) -> List.of(Engine.bind1(new WindowSelectAdd(window(a)), in.get(0), in.get(2))));

  /** {@code nn.average_pool}. */
  public static final CompositeOp AVERAGE_POOL = CompositeOp.differentiable(
      Composites.AVERAGE_POOL.name(),
      (a, in) -> List.of(perElement(fold(WindowKind.SUM, in.get(0), a), in.get(0), a)),
      (a, in) -> {
        Tensor x = in.get(0);
        Tensor each = perElement(in.get(2), x, a);
        return List.of(spread(each, x, a));
      });

  private PoolingComposites() {}

  private static LongList list(Attributes a, String name) {
    return (LongList) a.get(name);
  }

  // one entry an axis of x, for batch and channels too
  private static LongList every(LongList spatial, long other) {
    long[] v = new long[spatial.size() + 2];
    Arrays.fill(v, other);
    for (int i = 0; i < spatial.size(); i++) {
      v[i + 1] = spatial.get(i);
    }
    return LongList.of(v);
  }

  private static Window window(Attributes a) {
    LongList size = list(a, "size");
    return new Window(
        every(size, 1),
        every(list(a, "stride"), 1),
        LongList.repeat(1, size.size() + 2),
        every(list(a, "low"), 0),
        every(list(a, "high"), 0));
  }

  private static Tensor fold(WindowKind kind, Tensor x, Attributes a) {
    return Engine.bind1(new ReduceWindow(kind, window(a)), x);
  }

  // sums of windows divided by the number of elements in each
  private static Tensor perElement(Tensor sums, Tensor x, Attributes a) {
    LongList size = list(a, "size");
    LongList none = LongList.repeat(0, size.size());
    if (list(a, "low").equals(none) && list(a, "high").equals(none)) {
      double n = 1;
      for (int i = 0; i < size.size(); i++) {
        n *= size.get(i);
      }
      return Prims.div(sums, n);
    }
    Tensor one = Prims.slice(Prims.slice(x, 0, 0, 1), -1, 0, 1);
    return Prims.div(sums, fold(WindowKind.SUM, Prims.onesLike(one), a));
  }

  // each number added to every element of its window
  private static Tensor spread(Tensor each, Tensor x, Attributes a) {
    Window w = window(a);
    int rank = x.rank();
    long[] low = new long[rank];
    long[] high = new long[rank];
    long[] gap = new long[rank];
    for (int i = 1; i < rank - 1; i++) {
      long size = w.size().get(i);
      long windows = each.shape().intDim(i);
      if (windows == 0) {
        return Prims.zerosLike(x); // of an empty axis
      }
      gap[i] = w.stride().get(i) - 1;
      low[i] = size - 1 - w.low().get(i);
      high[i] = x.shape().intDim(i) - (windows - 1) * w.stride().get(i) - 1 + size - 1 - low[i];
    }
    LongList ones = LongList.repeat(1, rank);
    LongList none = LongList.repeat(0, rank);
    return Engine.bind1(
        new ReduceWindow(WindowKind.SUM, new Window(w.size(), ones, ones, none, none)),
        Prims.pad(each, 0, low, high, gap));
  }

  private static Attributes attributes(long[] size, long[] stride, long[] low, long[] high) {
    return Attributes.of(
        Composites.SIZE, LongList.of(size),
        Composites.STRIDE, LongList.of(stride),
        Composites.LOW, LongList.of(low),
        Composites.HIGH, LongList.of(high));
  }

  /** {@link #MAX_POOL}. What {@code nn.relu} gave in a graph is pooled before it: the same, on fewer elements. */
  public static Tensor maxPool(Tensor x, long[] size, long[] stride, long[] low, long[] high) {
    Attributes a = attributes(size, stride, low, high);
    Trace trace = Trace.current();
    if (x instanceof TracedTensor t && t.trace() == trace && isCovered(size, low, high)) {
      Tensor before = t.operandOf(ActivationComposites.RELU.name());
      if (before != null) {
        return ActivationComposites.relu(MAX_POOL.call1(a, before));
      }
    }
    return MAX_POOL.call1(a, x);
  }

  // whether no window can lie in the padding alone, whose largest element is no relu's
  private static boolean isCovered(long[] size, long[] low, long[] high) {
    for (int i = 0; i < size.length; i++) {
      if (low[i] >= size[i] || high[i] >= size[i]) {
        return false;
      }
    }
    return true;
  }

  /** {@link #AVERAGE_POOL}. */
  public static Tensor averagePool(Tensor x, long[] size, long[] stride, long[] low, long[] high) {
    return AVERAGE_POOL.call1(attributes(size, stride, low, high), x);
  }
}
