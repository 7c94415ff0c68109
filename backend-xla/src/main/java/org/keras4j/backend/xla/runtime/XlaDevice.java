package org.keras4j.backend.xla.runtime;

/**
 * A device of a runtime.
 *
 * @param index its place among the runtime's devices
 * @param name the name Keras gives it, {@code "cpu:0"} or {@code "gpu:0"}
 * @param kind what it is, as its maker calls it
 */
public record XlaDevice(int index, String name, String kind) {}
