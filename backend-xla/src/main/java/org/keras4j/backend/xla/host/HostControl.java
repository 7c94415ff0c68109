package org.keras4j.backend.xla.host;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.ControlVisitor;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** Control flow driven from the host, for graphs with parts that run there. */
final class HostControl implements ControlVisitor<List<BackendTensor>, List<BackendTensor>> {
  private final Backend backend;
  private final List<TensorSpec> out;
  private final String device;

  /**
   * For one node.
   *
   * @param out what it gives
   * @param device where its results lie
   */
  HostControl(Backend backend, List<TensorSpec> out, String device) {
    this.backend = backend;
    this.out = out;
    this.device = device;
  }

  private Executable compile(Graph g) {
    boolean dynamic = g.inputs().stream().anyMatch(v -> !v.spec().shape().isKnown());
    return backend.compile(g, new CompileOptions(Map.of(), dynamic, device));
  }

  @Override
  public List<BackendTensor> caseOf(Case p, List<BackendTensor> in) {
    int i = Math.max(0, Math.min(in.get(0).toHost().getInt(0), p.branches().size() - 1));
    try (Executable branch = compile(p.branches().get(i))) {
      return branch.run(in.subList(1, in.size()));
    }
  }

  @Override
  public List<BackendTensor> whileLoop(While p, List<BackendTensor> in) {
    List<BackendTensor> constants = in.subList(p.carries(), in.size());
    try (Executable condition = compile(p.condition());
        Executable body = compile(p.body())) {
      List<BackendTensor> carries = copies(in.subList(0, p.carries()));
      while (true) {
        List<BackendTensor> state = new ArrayList<>(carries);
        state.addAll(constants);
        List<BackendTensor> go = condition.run(state);
        boolean more = go.get(0).toHost().getBoolean(0);
        go.get(0).close();
        if (!more) {
          return carries;
        }
        List<BackendTensor> next = body.run(state);
        carries.forEach(BackendTensor::close);
        carries = next;
      }
    }
  }

  /** Results are the caller's own, so inputs that pass through untouched are copied. */
  private List<BackendTensor> copies(List<BackendTensor> in) {
    List<BackendTensor> made = new ArrayList<>(in.size());
    for (BackendTensor t : in) {
      made.add(backend.fromHost(t.toHost(), t.device()));
    }
    return made;
  }

  @Override
  public List<BackendTensor> scan(Scan p, List<BackendTensor> in) {
    int n = p.carries();
    List<NDArray> sequences = new ArrayList<>();
    for (BackendTensor t : in.subList(n, n + p.sequences())) {
      sequences.add(t.toHost());
    }
    int length = (int)
        (p.length() >= 0
            ? p.length()
            : sequences.isEmpty() ? 0 : sequences.get(0).shape().dim(0));
    List<BackendTensor> constants = in.subList(n + p.sequences(), in.size());
    List<@Nullable NDArray> stacks = new ArrayList<>();
    for (TensorSpec s : out.subList(n, out.size())) {
      stacks.add(
          length > 0 && !s.shape().slice(1).isKnown()
              ? null // its sizes come with the first row
              : NDArray.zeros(s.dtype(), s.shape().with(0, length)));
    }
    List<BackendTensor> carries = copies(in.subList(0, n));
    try (Executable body = compile(p.body())) {
      for (int step = 0; step < length; step++) {
        int at = p.reverse() ? length - 1 - step : step;
        List<BackendTensor> state = new ArrayList<>(carries);
        List<BackendTensor> rows = new ArrayList<>();
        for (NDArray s : sequences) {
          NDArray row = s.slice(at, at + 1).reshape(s.shape().slice(1).toArray());
          rows.add(backend.fromHost(row, device));
        }
        state.addAll(rows);
        state.addAll(constants);
        List<BackendTensor> next = body.run(state);
        rows.forEach(BackendTensor::close);
        carries.forEach(BackendTensor::close);
        carries = new ArrayList<>(next.subList(0, n));
        for (int i = n; i < next.size(); i++) {
          NDArray row = next.get(i).toHost();
          NDArray stack = stacks.get(i - n);
          if (stack == null) {
            stack = NDArray.zeros(row.dtype(), row.shape().insert(0, length));
            stacks.set(i - n, stack);
          }
          put(stack, at, row);
          next.get(i).close();
        }
      }
    }
    List<BackendTensor> results = new ArrayList<>(carries);
    for (NDArray s : stacks) {
      results.add(backend.fromHost(Objects.requireNonNull(s), device));
    }
    return results;
  }

  private static void put(NDArray stack, int at, NDArray row) {
    ByteBuffer from = row.bytes();
    stack.bytes().put(at * from.remaining(), from, from.position(), from.remaining());
  }
}
