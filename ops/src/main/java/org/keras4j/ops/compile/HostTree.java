package org.keras4j.ops.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.ops.internal.engine.HostRun;

/**
 * The programs of a function for arguments of one form. What its host calls give may have other shapes for other
 * values, and another shape may mean another program: so a call stands at each fork, a program at each end.
 */
final class HostTree {
  private volatile HostRun.@Nullable Call call;
  private volatile @Nullable Program program;
  private final Map<List<TensorSpec>, HostTree> next = new ConcurrentHashMap<>();

  /** Runs the host calls on the way to the program; null if the way has not been gone before. */
  @Nullable
  Program walk(HostRun run) {
    HostTree at = this;
    int i = 0;
    for (HostRun.Call c = at.call; c != null; c = at.call) {
      at = at.next.get(specs(run.results(i++, c)));
      if (at == null) {
        return null;
      }
    }
    return at.program;
  }

  /** Notes a program: the calls that lead to it, and a run of them. */
  void add(List<HostRun.Call> calls, HostRun run, Program p) {
    HostTree at = this;
    for (int i = 0; i < calls.size(); i++) {
      if (at.call == null) {
        at.call = calls.get(i);
      }
      at = at.next.computeIfAbsent(specs(run.results(i)), s -> new HostTree());
    }
    at.program = p;
  }

  /** All programs. */
  List<Program> programs() {
    List<Program> out = new ArrayList<>();
    Program p = program;
    if (p != null) {
      out.add(p);
    }
    next.values().forEach(t -> out.addAll(t.programs()));
    return out;
  }

  private static List<TensorSpec> specs(List<NDArray> values) {
    return values.stream().map(NDArray::spec).toList();
  }
}
