package org.keras4j.ops.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.ControlFlow;
import org.keras4j.core.primitive.ControlVisitor;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;

/** Branches and loops outside a trace: Java decides what runs next. */
final class EagerControl implements ControlVisitor<List<Tensor>, List<Tensor>> {
  private final List<TensorSpec> out;

  private EagerControl(List<TensorSpec> out) {
    this.out = out;
  }

  static List<Tensor> run(ControlFlow p, List<Tensor> in, List<TensorSpec> out) {
    return p.control(new EagerControl(out), in);
  }

  @Override
  public List<Tensor> caseOf(Case p, List<Tensor> in) {
    long i = in.get(0).toNDArray().getLong(0);
    Graph g = p.branches().get((int) Math.max(0, Math.min(i, p.branches().size() - 1)));
    return Engine.run(g, in.subList(1, in.size()));
  }

  @Override
  public List<Tensor> whileLoop(While p, List<Tensor> in) {
    List<Tensor> state = new ArrayList<>(in);
    while (step(p.condition(), state).get(0).toNDArray().getBoolean(0)) {
      List<Tensor> next = step(p.body(), state);
      for (int i = 0; i < p.carries(); i++) {
        state.set(i, next.get(i));
      }
    }
    return state.subList(0, p.carries());
  }

  /** One run, of which only the results stay in memory. */
  private static List<Tensor> step(Graph g, List<Tensor> in) {
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> out = Engine.run(g, in);
      out.forEach(scope::keep);
      return out;
    }
  }

  @Override
  public List<Tensor> scan(Scan p, List<Tensor> in) {
    int carries = p.carries();
    int sequences = p.sequences();
    long n = sequences > 0 ? in.get(carries).shape().dim(0) : p.length();
    if (n < 0) {
      throw new IllegalArgumentException("Scan: without sequences the length must be given");
    }
    List<Tensor> args = new ArrayList<>(in);
    List<List<Tensor>> rows = new ArrayList<>();
    for (int i = carries; i < out.size(); i++) {
      rows.add(new ArrayList<>());
    }
    for (long k = 0; k < n; k++) {
      long at = p.reverse() ? n - 1 - k : k;
      for (int i = carries; i < carries + sequences; i++) {
        Tensor x = in.get(i);
        args.set(i, Prims.reshape(Prims.slice(x, 0, at, at + 1), x.shape().slice(1)));
      }
      List<Tensor> result = step(p.body(), args);
      for (int i = 0; i < carries; i++) {
        args.set(i, result.get(i));
      }
      for (int i = 0; i < rows.size(); i++) {
        Tensor row = Prims.expandDims(result.get(carries + i), 0);
        rows.get(i).add(p.reverse() ? 0 : rows.get(i).size(), row);
      }
    }
    List<Tensor> results = new ArrayList<>(args.subList(0, carries));
    for (int i = 0; i < rows.size(); i++) {
      TensorSpec spec = out.get(carries + i);
      results.add(
          n == 0
              ? Engine.constant(NDArray.zeros(spec.dtype(), spec.shape().with(0, 0)))
              : Prims.concat(rows.get(i), 0));
    }
    return results;
  }
}
