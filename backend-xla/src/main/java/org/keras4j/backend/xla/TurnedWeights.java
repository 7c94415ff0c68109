package org.keras4j.backend.xla;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keras4j.backend.xla.emit.Module;
import org.keras4j.backend.xla.emit.SingleRows;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.keras4j.backend.xla.runtime.XlaBuffer;
import org.keras4j.backend.xla.runtime.XlaDevice;
import org.keras4j.backend.xla.runtime.XlaProgram;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.DeviceMemory;

/**
 * Copies of weights whose axes are turned, for {@linkplain SingleRows products of one row}. A copy is made when a program first wants it, belongs to the buffer
 * that it is of, and goes with it; so all programs share it.
 */
final class TurnedWeights {
  // below that a product is over before it matters
  private static final long LEAST_BYTES = 1 << 20;

  private record Kind(TensorType type, int contracted, int device) {}

  private final XlaRuntime runtime;
  private final XlaSettings.Turned use;
  private final Map<Kind, XlaProgram> programs = new HashMap<>();

  TurnedWeights(XlaRuntime runtime, XlaSettings.Turned use) {
    this.runtime = runtime;
    this.use = use;
  }

  /** The products of a graph that are written so. */
  SingleRows choose(Graph graph, Set<Integer> donated, XlaDevice device) {
    boolean cuda = runtime.capabilities().cuda();
    SingleRows rows = SingleRows.of(graph, donated, use == XlaSettings.Turned.ON ? 1 : LEAST_BYTES);
    if (use == XlaSettings.Turned.ON) {
      return rows;
    } else if (!cuda) {
      return SingleRows.NONE;
    } else if (use == XlaSettings.Turned.OFF
        || donated.isEmpty()
        || rows.turned().isEmpty()) {
      // without state that goes from call to call, few calls may come
      return rows.asTheyLie();
    }
    DeviceMemory m = runtime.memory(device);
    return m.limit() - Math.max(0, m.inUse()) > 3 * rows.bytes() ? rows : rows.asTheyLie();
  }

  /** The turned copy of a buffer. */
  synchronized XlaBuffer of(XlaBuffer b, int contracted) {
    TensorType type = SingleRows.turned(b.type(), contracted);
    XlaBuffer known = b.turned();
    if (known != null && known.type().equals(type) && !known.isClosed()) {
      return known;
    }
    XlaBuffer made = program(b, contracted).execute(new XlaBuffer[] {b})[0];
    b.keepTurned(made);
    return made;
  }

  private XlaProgram program(XlaBuffer b, int contracted) {
    return programs.computeIfAbsent(new Kind(b.type(), contracted, b.device().index()), k -> {
      Module m = SingleRows.turning(k.type, k.contracted);
      return runtime.compile(
          m.text(),
          new ProgramSpec(
              "turning " + k.type,
              m.parameters(),
              List.copyOf(m.results()),
              Map.of(),
              k.device,
              Map.of()));
    });
  }
}
