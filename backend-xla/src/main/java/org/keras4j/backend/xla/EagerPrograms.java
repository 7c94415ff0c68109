package org.keras4j.backend.xla;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** Programs of one primitive each, for eager calls; those not used for longest are forgotten. */
final class EagerPrograms {
  private static final int CAPACITY = 1024;

  private final XlaBackend backend;
  private final Map<Key, Executable> programs = new LinkedHashMap<>(256, 0.75f, true);

  EagerPrograms(XlaBackend backend) {
    this.backend = backend;
  }

  private record Key(Primitive primitive, List<TensorSpec> in, int device) {}

  Executable get(Primitive p, List<TensorSpec> in, List<TensorSpec> out, XlaDevice device) {
    Key key = new Key(p, in, device.index());
    synchronized (programs) {
      Executable known = programs.get(key);
      if (known != null) {
        return known;
      }
    }
    Executable made =
        backend.compile(graph(p, in, out), new CompileOptions(Map.of(), false, device.name()));
    Executable oldest = null;
    synchronized (programs) {
      Executable other = programs.putIfAbsent(key, made);
      if (other != null) {
        oldest = made;
        made = other;
      } else if (programs.size() > CAPACITY) {
        var first = programs.entrySet().iterator();
        oldest = first.next().getValue();
        first.remove();
      }
    }
    if (oldest != null) {
      oldest.close();
    }
    return made;
  }

  private static org.keras4j.core.graph.Graph graph(
      Primitive p, List<TensorSpec> in, List<TensorSpec> out) {
    GraphBuilder b = new GraphBuilder();
    List<Value> values = new ArrayList<>(in.size());
    for (TensorSpec s : in) {
      values.add(b.input(s));
    }
    return b.build(b.add(p, values, out));
  }
}
