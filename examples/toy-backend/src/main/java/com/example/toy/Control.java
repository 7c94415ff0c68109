package com.example.toy;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;
import org.keras4j.core.spi.BackendException;

/** Branches, loops and calls of Java code. */
final class Control {
  private Control() {}

  static List<NDArray> caseOf(Interpreter run, Case p, List<NDArray> in) {
    long which = Math.max(0, Math.min(in.get(0).getLong(0), p.branches().size() - 1));
    return run.run(p.branches().get((int) which), in.subList(1, in.size()));
  }

  static List<NDArray> whileLoop(Interpreter run, While p, List<NDArray> in) {
    List<NDArray> state = new ArrayList<>(in);
    while (run.run(p.condition(), state).get(0).getBoolean(0)) {
      List<NDArray> next = run.run(p.body(), state);
      for (int i = 0; i < p.carries(); i++) {
        state.set(i, next.get(i));
      }
    }
    return List.copyOf(state.subList(0, p.carries()));
  }

  static List<NDArray> scan(Interpreter run, Scan p, List<NDArray> in) {
    List<NDArray> carries = new ArrayList<>(in.subList(0, p.carries()));
    List<NDArray> sequences = in.subList(p.carries(), p.carries() + p.sequences());
    List<NDArray> constants = in.subList(p.carries() + p.sequences(), in.size());
    int n =
        Math.toIntExact(p.length() >= 0 ? p.length() : sequences.get(0).shape().dim(0));
    List<List<NDArray>> results = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      int at = p.reverse() ? n - 1 - k : k;
      List<NDArray> step = new ArrayList<>(carries);
      for (NDArray s : sequences) {
        step.add(s.slice(at, at + 1).reshape(s.shape().slice(1).toArray()));
      }
      step.addAll(constants);
      List<NDArray> out = run.run(p.body(), step);
      carries = new ArrayList<>(out.subList(0, p.carries()));
      results.add(p.reverse() ? 0 : k, out.subList(p.carries(), out.size()));
    }
    List<TensorSpec> specs = p.body().outputSpecs();
    for (int i = p.carries(); i < specs.size(); i++) {
      carries.add(stacked(results, i - p.carries(), specs.get(i)));
    }
    return carries;
  }

  private static NDArray stacked(List<List<NDArray>> results, int i, TensorSpec spec) {
    Shape s = results.isEmpty() ? spec.shape() : results.get(0).get(i).shape();
    NDArray out = NDArray.zeros(spec.dtype(), s.insert(0, results.size()));
    int k = 0;
    for (List<NDArray> r : results) {
      for (int e = 0; e < r.get(i).size(); e++) {
        Places.copy(r.get(i), e, out, k++);
      }
    }
    return out;
  }

  static List<NDArray> hostCall(HostCall p, List<NDArray> in) {
    List<NDArray> copies = new ArrayList<>();
    in.forEach(a -> copies.add(a.copy())); // the code may write into them
    List<NDArray> out = p.body().call(copies);
    List<TensorSpec> want = p.outputs();
    boolean ok = out.size() == want.size();
    for (int i = 0; ok && i < out.size(); i++) {
      ok = out.get(i).dtype() == want.get(i).dtype()
          && want.get(i).shape().isCompatible(out.get(i).shape());
    }
    if (!ok) {
      throw new BackendException("Host function '" + p.function() + "' gave "
          + out.stream().map(NDArray::spec).toList() + ", expected " + want);
    }
    return out;
  }
}
