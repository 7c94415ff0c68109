package org.keras4j.backend.xla.emit;

/**
 * How programs are written.
 *
 * @param precision of float32 contractions
 * @param keepsNaN whether the runtime's maximum and minimum propagate NaN; if not, the text does
 * @param cpu whether it is for a CPU, where some operations are slow or inexact in their plainest form
 * @param fusedAttention whether the device has cuDNN's kernels for attention
 * @param cuda whether it is for an NVIDIA GPU
 * @param uniform whether a program has the same lines for other sizes: no two constants are one because they are equal, and nothing
 *     is left out that happens to do nothing
 */
public record EmitOptions(
    Precision precision,
    boolean keepsNaN,
    boolean cpu,
    boolean fusedAttention,
    boolean cuda,
    boolean uniform) {
  public static final EmitOptions DEFAULT =
      new EmitOptions(Precision.HIGHEST, true, false, false, false, false);

  /** {@link #DEFAULT}, with the same lines for all sizes. */
  public static final EmitOptions UNIFORM =
      new EmitOptions(Precision.HIGHEST, true, false, false, false, true);

  /** For a program that is compiled for one set of sizes. */
  public EmitOptions(Precision precision, boolean keepsNaN, boolean cpu, boolean fusedAttention) {
    this(precision, keepsNaN, cpu, fusedAttention, false, false);
  }
}
