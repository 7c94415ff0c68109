package org.keras4j.core.spi;

import java.util.Map;

/**
 * How to compile a graph.
 *
 * @param donated which output (value) may take the memory of which input (key) of the same spec; these
 *     inputs are dead after a run
 * @param dynamic whether shapes may have unknown dimensions
 * @param device the device to run on, {@code "cpu:0"}; empty for the default
 */
public record CompileOptions(Map<Integer, Integer> donated, boolean dynamic, String device) {
  public static final CompileOptions DEFAULT = new CompileOptions(Map.of(), false, "");
}
