package org.keras4j.core.spi;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.sharding.Mesh;
import org.keras4j.core.spi.BackendTensor.Placement;

/**
 * How to compile a graph.
 *
 * @param donated which output (value) may take the memory of which input (key) of the same spec; these
 *     inputs are dead after a run
 * @param dynamic whether shapes may have unknown dimensions
 * @param device the device to run on, {@code "cpu:0"}; empty for the default
 * @param division how the graph is divided among several devices; null for one. Only for a backend that {@link
 *     Backend#dividesPrograms}
 */
public record CompileOptions(
    Map<Integer, Integer> donated,
    boolean dynamic,
    String device,
    @Nullable Division division) {
  public static final CompileOptions DEFAULT = new CompileOptions(Map.of(), false, "");

  /** For one device. */
  public CompileOptions(Map<Integer, Integer> donated, boolean dynamic, String device) {
    this(donated, dynamic, device, null);
  }

  /**
   * How a graph is divided among several devices of a backend: what each of them takes and gives. What they compute together is what one
   * device computes, but for rounding.
   *
   * @param mesh the axes of the devices
   * @param devices their names, in C order
   * @param inputs how the graph's inputs lie on them
   * @param outputs how its outputs shall lie on them
   */
  public record Division(
      Mesh mesh, List<String> devices, List<Placement> inputs, List<Placement> outputs) {
    public Division {
      devices = List.copyOf(devices);
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }
}
