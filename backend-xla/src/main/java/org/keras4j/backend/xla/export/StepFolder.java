package org.keras4j.backend.xla.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.xla.emit.EmitOptions;
import org.keras4j.backend.xla.emit.GraphEmitter;
import org.keras4j.backend.xla.emit.HostOnly;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.backend.xla.emit.Shardings;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.npy.Npz;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.spi.StepFunction;

/**
 * A step as a folder with {@code module.mlir}, {@code weights.npz} and {@code batch.npz}. The function {@code main} takes the batch
 * and then all that is kept from step to step, which are its weights; outputs that are the next values of them are {@code state}, as
 * of {@link StableHloFormat}. Where a step is divided among devices, a first line of comment has the mesh,
 *
 * <pre>
 * // mesh batch=2 model=2
 * </pre>
 *
 * and arguments and results have layouts, in the dialect of Shardy.
 */
final class StepFolder {
  private static final String BATCH = "batch.npz";
  private static final String MODULE = "module.mlir";

  private StepFolder() {}

  static void write(StepFunction step, Path target) throws IOException {
    Module m = module(step);
    StringBuilder b = new StringBuilder();
    Mesh mesh = step.mesh();
    if (mesh != null) {
      b.append("// mesh ").append(mesh.toString().replace(",", "")).append('\n');
    }
    Map<String, NDArray> batch = new LinkedHashMap<>();
    Map<String, NDArray> weights = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>();
    for (StepFunction.Input in : step.inputs()) {
      String name = StableHloFormat.word(in.name());
      String key = in.state() ? "w" + weights.size() : name;
      keys.add(key);
      (in.state() ? weights : batch).put(key, in.value());
      line(
          b,
          in.state() ? "weight " + key + " " + name : "input " + name,
          in.value().spec());
    }
    for (NDArray c : m.constants()) {
      String key = "c" + weights.size();
      line(b, "weight " + key + " constant_" + weights.size(), c.spec());
      weights.put(key, c);
    }
    for (int i = 0; i < step.outputs().size(); i++) {
      StepFunction.Output out = step.outputs().get(i);
      String name = StableHloFormat.word(out.name());
      line(
          b,
          out.next() < 0 ? "output " + name : "state " + keys.get(out.next()) + " " + name,
          step.graph().outputs().get(i).spec());
    }
    AtomicFile.writeString(target.resolve(MODULE), b.append(m.text()).toString());
    Npz.write(target.resolve(StableHloFormat.WEIGHTS), weights);
    Npz.write(target.resolve(BATCH), batch);
  }

  private static void line(StringBuilder b, String what, TensorSpec spec) {
    b.append("// ").append(what).append(' ').append(spec).append('\n');
  }

  private static Module module(StepFunction step) {
    Map<Integer, Integer> donated = new HashMap<>();
    for (int i = 0; i < step.outputs().size(); i++) {
      int next = step.outputs().get(i).next();
      if (next >= 0) {
        donated.put(next, i);
      }
    }
    try {
      return GraphEmitter.emit(step.graph(), EmitOptions.DEFAULT, donated, shardings(step));
    } catch (HostOnly e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              "'" + step.name() + "' cannot be written as StableHLO: " + e.getMessage(),
              e.getCause()));
    }
  }

  private static @Nullable Shardings shardings(StepFunction step) {
    Mesh mesh = step.mesh();
    return mesh == null
        ? null
        : new Shardings(
            mesh,
            step.inputs().stream()
                .map(i -> Objects.requireNonNull(i.sharding()))
                .toList(),
            step.outputs().stream()
                .map(o -> Objects.requireNonNull(o.sharding()))
                .toList());
  }
}
