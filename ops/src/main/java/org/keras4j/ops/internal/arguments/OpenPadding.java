package org.keras4j.ops.internal.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Case;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/**
 * Padding {@code "same"} of axes whose sizes come out only when the graph runs. How much it adds depends on
 * what remains when the size is divided by the stride, so there is a branch for each remainder.
 *
 * @param x the tensor, its axes of unknown size padded
 * @param rest the padding of the others, still to be done
 * @param done whether anything was padded
 */
public record OpenPadding(Tensor x, SpatialPadding rest, boolean done) {
  /**
   * Pads where it must.
   *
   * @param padding {@code "valid"} or {@code "same"}
   * @param x {@code (batch, spatial..., channels)}
   * @param window places that one window spans, dilation included
   * @param value what is put around
   */
  public static OpenPadding of(
      @Nullable Object padding, Tensor x, long[] window, long[] stride, double value) {
    long[] sizes = x.shape().slice(1, window.length + 1).toArray();
    SpatialPadding all = SpatialPadding.of(padding, sizes, window, stride);
    if (!String.valueOf(padding).toLowerCase(Locale.ROOT).equals("same")) {
      return new OpenPadding(x, all, false);
    }
    Tensor y = x;
    boolean done = false;
    for (int i = 0; i < window.length; i++) {
      if (sizes[i] == Shape.UNKNOWN && stride[i] > 1 && window[i] > 1) {
        y = padded(y, i + 1, window[i], stride[i], value);
        all.low()[i] = 0;
        all.high()[i] = 0;
        done = true;
      }
    }
    return new OpenPadding(y, all, done);
  }

  private static Tensor padded(Tensor x, int axis, long window, long stride, double value) {
    List<Graph> branches = new ArrayList<>();
    for (long r = 0; r < stride; r++) {
      // a size with this remainder
      long[] size = {r == 0 ? stride : r};
      SpatialPadding p = SpatialPadding.of("same", size, new long[] {window}, new long[] {stride});
      long[] low = new long[x.rank()];
      long[] high = new long[x.rank()];
      low[axis] = p.low()[0];
      high[axis] = p.high()[0];
      try (Trace t = Trace.root()) {
        Tensor in = t.inputs(List.of(x.spec())).get(0);
        branches.add(t.graph(List.of(Prims.pad(in, value, low, high))));
      }
    }
    Tensor remainder =
        Prims.binary(BinaryKind.REM, Prims.dimSize(x, axis), Prims.scalar(DType.INT32, stride));
    return Engine.bind(new Case(branches), List.of(remainder, x)).get(0);
  }
}
