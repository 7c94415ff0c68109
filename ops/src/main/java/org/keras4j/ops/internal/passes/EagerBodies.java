package org.keras4j.ops.internal.passes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/**
 * Bodies of composites as programs, for eager calls on a backend to which each call is dear ({@link
 * Backend#prefersPrograms}). Those not used for longest are forgotten.
 */
public final class EagerBodies {
  private static final int CAPACITY = 1024;

  private record Key(Backend backend, Composite composite, List<TensorSpec> specs, String device) {}

  // empty: not worth a program
  private static final Map<Key, Optional<Executable>> PROGRAMS =
      new LinkedHashMap<>(256, 0.75f, true);

  private EagerBodies() {}

  /** What the composite gives; null if its body is better run primitive by primitive. */
  public static @Nullable List<Tensor> run(Composite c, List<EagerTensor> inputs) {
    Backend b = inputs.get(0).backend();
    List<BackendTensor> handles = new ArrayList<>(inputs.size());
    List<TensorSpec> specs = new ArrayList<>(inputs.size());
    String device = inputs.get(0).handle().device();
    for (EagerTensor t : inputs) {
      if (t.backend() != b || !t.handle().device().equals(device)) {
        return null; // the primitives say what is wrong
      }
      handles.add(t.handle());
      specs.add(t.spec());
    }
    Executable program = program(new Key(b, c, specs, device));
    if (program == null) {
      return null;
    }
    List<Tensor> out = new ArrayList<>();
    for (BackendTensor r : program.run(handles)) {
      out.add(new EagerTensor(b, r));
    }
    return out;
  }

  private static @Nullable Executable program(Key key) {
    synchronized (PROGRAMS) {
      Optional<Executable> known = PROGRAMS.get(key);
      if (known != null) {
        return known.orElse(null);
      }
    }
    Optional<Executable> made = Optional.ofNullable(compile(key));
    synchronized (PROGRAMS) {
      Optional<Executable> other = PROGRAMS.putIfAbsent(key, made);
      if (other != null) {
        made.ifPresent(Executable::close);
        return other.orElse(null);
      }
      if (PROGRAMS.size() > CAPACITY) {
        var eldest = PROGRAMS.entrySet().iterator();
        eldest.next(); // whoever runs it now holds on to it: it is closed when it is unreachable
        eldest.remove();
      }
    }
    return made.orElse(null);
  }

  private static @Nullable Executable compile(Key key) {
    Graph g = Passes.run(key.composite.body(key.specs), key.backend);
    if (g.nodes().size() < 2 || Staged.needed(g)) {
      return null;
    }
    return key.backend.compile(g, new CompileOptions(Map.of(), false, key.device));
  }
}
