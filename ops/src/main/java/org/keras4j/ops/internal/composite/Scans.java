package org.keras4j.ops.internal.composite;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Scan;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Trace;

/** Loops within composites. */
final class Scans {
  private Scans() {}

  /** Runs over the first axis of the sequences, one or more; the step gets carries, slices and constants. */
  static List<Tensor> scan(
      List<Tensor> carries,
      List<Tensor> sequences,
      List<Tensor> constants,
      boolean reverse,
      Function<List<Tensor>, List<Tensor>> step) {
    List<TensorSpec> specs = new ArrayList<>();
    carries.forEach(t -> specs.add(t.spec()));
    sequences.forEach(t -> specs.add(t.spec().withShape(t.shape().slice(1))));
    constants.forEach(t -> specs.add(t.spec()));
    List<Tensor> captured = new ArrayList<>();
    Graph body = Trace.subgraph(specs, captured, step);
    List<Tensor> in = new ArrayList<>(carries);
    in.addAll(sequences);
    in.addAll(constants);
    in.addAll(captured);
    return Engine.bind(
        new Scan(
            body, carries.size(), sequences.size(), sequences.get(0).shape().dim(0), reverse),
        in);
  }
}
