package org.keras4j.ops.internal.autodiff;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

/** A loop of at most so many steps as one of just so many, of which those after the end keep the state. */
final class BoundedLoop {
  private BoundedLoop() {}

  /** The scan over the same inputs that gives the same carries; null if the loop's steps are not bounded. */
  static @Nullable Scan scan(While loop) {
    if (loop.maximum() < 0) {
      return null;
    }
    List<TensorSpec> in = loop.body().inputSpecs();
    int carries = loop.carries();
    Graph kept = Trace.subgraph(in, new ArrayList<>(), x -> x.subList(0, carries));
    Graph step = Trace.subgraph(in, new ArrayList<>(), x -> {
      Tensor on = new Pullback(loop.condition(), x, Set.of()).outputs().get(0);
      List<Tensor> args = new ArrayList<>(List.of(Prims.convert(on, DType.INT32)));
      args.addAll(x);
      return Engine.bind(new Case(List.of(kept, loop.body())), args);
    });
    return new Scan(step, carries, 0, loop.maximum(), false);
  }
}
