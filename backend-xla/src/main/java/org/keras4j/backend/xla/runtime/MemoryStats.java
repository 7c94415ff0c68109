package org.keras4j.backend.xla.runtime;

/**
 * The memory of a device, in bytes; -1 where the runtime does not tell.
 *
 * @param inUse held by buffers
 * @param peak the most ever held
 * @param limit what may be held
 */
public record MemoryStats(long inUse, long peak, long limit) {}
