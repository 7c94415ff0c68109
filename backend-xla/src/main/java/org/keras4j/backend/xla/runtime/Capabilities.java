package org.keras4j.backend.xla.runtime;

/**
 * What a runtime can do.
 *
 * @param donation results may take the memory of arguments
 * @param asynchronous execution returns before the results are there
 * @param sharding one program may run on several devices
 * @param serialization executables can be stored
 * @param keepsNaN its maximum and minimum of a number and NaN are NaN, as StableHLO says
 * @param cpu its devices are CPUs
 * @param cuda its devices are NVIDIA's, and programs may call cuDNN
 */
public record Capabilities(
    boolean donation,
    boolean asynchronous,
    boolean sharding,
    boolean serialization,
    boolean keepsNaN,
    boolean cpu,
    boolean cuda) {}
