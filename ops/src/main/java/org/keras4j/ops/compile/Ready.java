package org.keras4j.ops.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor.Placement;
import org.keras4j.ops.compile.Program.Kind;
import org.keras4j.ops.compile.Program.Source;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.HostForms;
import org.keras4j.ops.internal.engine.HostRun;
import org.keras4j.ops.internal.engine.HostValue;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.partition.Split;

/**
 * Arguments of a {@link Jit} made ready for a call: Java code that works on arrays has run, and what the executable
 * takes lies on its device. Serves once; {@link #close} frees what it brought to the device.
 */
public final class Ready implements AutoCloseable {
  private final Arguments arguments;
  private final List<Part> parts = new ArrayList<>();
  private final List<EagerTensor> placed = new ArrayList<>();
  // of arrays that may be overwritten, copies; null for those that are on the device
  private @Nullable List<@Nullable NDArray> kept;

  /**
   * What one executable takes.
   *
   * @param inputs one a source of the program; null for what is not data
   * @param run what ran on the host, for a single call
   */
  record Part(
      Backend backend,
      Program program,
      int steps,
      List<@Nullable EagerTensor> inputs,
      HostRun run) {}

  /** Arguments for which nothing is traced yet. */
  Ready(Arguments arguments) {
    this.arguments = arguments;
  }

  /**
   * Arguments brought to the device.
   *
   * @param runs what ran on the host, for each call
   * @param programs one a call
   */
  Ready(Backend backend, Arguments a, List<HostRun> runs, List<Program> programs) {
    this(a);
    Program first = programs.get(0);
    boolean together = programs.stream().allMatch(p -> p == first);
    if (together && (a.steps() == 1 || !first.givesStrings())) {
      parts.add(part(backend, first, a.steps(), a.tensors(), a.arrays(), runs));
    } else {
      for (int i = 0; i < programs.size(); i++) {
        int step = i;
        List<EagerTensor> tensors = a.tensors().stream().map(t -> row(t, step)).toList();
        parts.add(part(backend, programs.get(i), 1, tensors, a.arrays(i), List.of(runs.get(i))));
      }
    }
  }

  private EagerTensor row(EagerTensor t, int i) {
    EagerTensor row =
        (EagerTensor) Prims.reshape(Prims.slice(t, 0, i, i + 1), t.shape().slice(1));
    placed.add(row);
    return row;
  }

  private Part part(
      Backend backend,
      Program p,
      int steps,
      List<EagerTensor> tensors,
      List<NDArray> arrays,
      List<HostRun> runs) {
    List<@Nullable EagerTensor> inputs = new ArrayList<>(p.sources().size());
    for (int i = 0; i < p.sources().size(); i++) {
      Source s = p.sources().get(i);
      Split rows = p.divides(i) ? p.split : null;
      Placement to = p.placement(i);
      inputs.add(
          switch (s.kind()) {
            case TENSOR -> laidOut(own(tensors.get(s.place()), rows), to);
            case ARRAY -> place(backend, own(arrays.get(s.place()), rows), to);
            case HOST -> place(backend, own(host(p.host.get(s.place()), runs), rows), to);
            case STATE, VARIABLE, CAPTURE -> null;
          });
    }
    return new Part(backend, p, steps, inputs, runs.get(0));
  }

  private EagerTensor own(EagerTensor t, @Nullable Split rows) {
    if (rows == null) {
      return t;
    }
    EagerTensor cut = (EagerTensor) Prims.slice(t, 0, rows.start(), rows.start() + rows.rows());
    placed.add(cut);
    return cut;
  }

  private static NDArray own(NDArray a, @Nullable Split rows) {
    return rows == null ? a : a.slice((int) rows.start(), (int) (rows.start() + rows.rows()));
  }

  private static NDArray host(HostValue v, List<HostRun> runs) {
    return runs.size() == 1
        ? v.in(runs.get(0))
        : HostForms.stacked(runs.stream().map(v::in).toList());
  }

  private EagerTensor place(Backend backend, NDArray a, @Nullable Placement to) {
    EagerTensor t = Engine.toDevice(backend, a, to);
    placed.add(t);
    return t;
  }

  private EagerTensor laidOut(EagerTensor t, @Nullable Placement to) {
    return Objects.equals(t.handle().placement(), to) ? t : place(t.backend(), t.toNDArray(), to);
  }

  /** From now on the arrays of numbers that were given may be overwritten. */
  Ready independent() {
    List<@Nullable NDArray> copies = new ArrayList<>();
    for (int i = 0; i < arguments.arrays().size(); i++) {
      boolean onDevice = parts.size() == 1
          && parts.get(0).program.split == null
          && parts.get(0).program.takes(Kind.ARRAY, i);
      copies.add(onDevice ? null : arguments.arrays().get(i).copy());
    }
    kept = copies;
    return this;
  }

  /** What it was made from. */
  Arguments arguments() {
    List<@Nullable NDArray> copies = kept;
    if (copies == null) {
      return arguments;
    }
    List<NDArray> arrays = new ArrayList<>();
    for (int i = 0; i < copies.size(); i++) {
      NDArray a = copies.get(i);
      arrays.add(a != null ? a : fromDevice(i));
    }
    return arguments.with(arrays);
  }

  private NDArray fromDevice(int array) {
    Part p = parts.get(0);
    int at = p.program.sources().indexOf(new Source(Kind.ARRAY, array));
    return Objects.requireNonNull(p.inputs.get(at)).toNDArray();
  }

  /** The arguments of each call, with all numbers on the device: for running it in another way. */
  public List<@Nullable Object> calls() {
    Arguments a = arguments();
    List<@Nullable Object> out = new ArrayList<>();
    for (int i = 0; i < a.steps(); i++) {
      out.add(a.placed(i));
    }
    return out;
  }

  /** Whether it can be run as it is. */
  boolean isCurrent() {
    for (Part p : parts) {
      if (!p.program.holds()) {
        return false;
      }
    }
    return !parts.isEmpty();
  }

  List<Part> parts() {
    return parts;
  }

  @Override
  public void close() {
    placed.forEach(EagerTensor::close);
  }
}
