package org.keras4j.core.spi;

/**
 * The memory of a device, in bytes; -1 where the engine does not tell.
 *
 * @param inUse held by tensors and by programs that run
 * @param peak the most held so far
 * @param limit what may be held
 */
public record DeviceMemory(long inUse, long peak, long limit) {
  /** Where the engine tells nothing. */
  public static final DeviceMemory UNKNOWN = new DeviceMemory(-1, -1, -1);
}
