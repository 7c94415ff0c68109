package org.keras4j.backend.xla.emit;

/**
 * How programs are written.
 *
 * @param precision of float32 contractions
 * @param keepsNaN whether the runtime's maximum and minimum propagate NaN; if not, the text does
 * @param cpu whether it is for a CPU, where some operations are slow or inexact in their plainest form
 * @param fusedAttention whether the device has cuDNN's kernels for attention
 */
public record EmitOptions(
    Precision precision, boolean keepsNaN, boolean cpu, boolean fusedAttention) {
  public static final EmitOptions DEFAULT = new EmitOptions(Precision.HIGHEST, true, false, false);
}
