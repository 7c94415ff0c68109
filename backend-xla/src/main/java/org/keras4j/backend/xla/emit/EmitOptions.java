package org.keras4j.backend.xla.emit;

/**
 * How programs are written.
 *
 * @param precision of float32 contractions
 * @param keepsNaN whether the runtime's maximum and minimum propagate NaN; if not, the text does
 * @param wideSums whether the runtime's convolutions of 16-bit numbers add up in float32; if not, the
 *     text makes them float32 convolutions
 */
public record EmitOptions(Precision precision, boolean keepsNaN, boolean wideSums) {
  public static final EmitOptions DEFAULT = new EmitOptions(Precision.HIGHEST, true, true);
}
