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
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.While;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** Control flow driven from the host, for graphs with parts that run there. */
final class HostControl {
  private HostControl() {}

  private static Executable compile(Backend backend, Graph g, String device) {
    boolean dynamic = g.inputs().stream().anyMatch(v -> !v.spec().shape().isKnown());
    return backend.compile(g, new CompileOptions(Map.of(), dynamic, device));
  }

  static List<BackendTensor> caseOf(
      Backend backend, Case p, List<BackendTensor> in, String device) {
    int i = Math.max(0, Math.min(in.get(0).toHost().getInt(0), p.branches().size() - 1));
    try (Executable branch = compile(backend, p.branches().get(i), device)) {
      return branch.run(in.subList(1, in.size()));
    }
  }

  static List<BackendTensor> whileLoop(
      Backend backend, While p, List<BackendTensor> in, String device) {
    List<BackendTensor> constants = in.subList(p.carries(), in.size());
    try (Executable condition = compile(backend, p.condition(), device);
        Executable body = compile(backend, p.body(), device)) {
      List<BackendTensor> carries = copies(backend, in.subList(0, p.carries()));
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
  private static List<BackendTensor> copies(Backend backend, List<BackendTensor> in) {
    List<BackendTensor> out = new ArrayList<>(in.size());
    for (BackendTensor t : in) {
      out.add(backend.fromHost(t.toHost(), t.device()));
    }
    return out;
  }

  static List<BackendTensor> scan(
      Backend backend, Scan p, List<BackendTensor> in, List<TensorSpec> out, String device) {
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
    List<BackendTensor> carries = copies(backend, in.subList(0, n));
    try (Executable body = compile(backend, p.body(), device)) {
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
