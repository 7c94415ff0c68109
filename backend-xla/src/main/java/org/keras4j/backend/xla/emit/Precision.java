package org.keras4j.backend.xla.emit;

import java.util.Locale;
import org.keras4j.backend.xla.runtime.ElementType;

/**
 * How exact float32 contractions are. On a CPU all are exact; a GPU or TPU is several times faster
 * where it may round the factors (TF32, bfloat16).
 */
public enum Precision {
  /** As float32 says. */
  HIGHEST,
  /** Factors rounded to about 16 bits of mantissa, where the device has that. */
  HIGH,
  /** Factors rounded as the device likes best: TF32 on NVIDIA GPUs, bfloat16 on TPUs. */
  DEFAULT;

  /** Reads a setting; {@code "highest"}, {@code "high"}, {@code "default"}. */
  public static Precision of(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Unknown precision '" + name + "', expected highest, high or default", e);
    }
  }

  private boolean applies(ElementType e) {
    return this != DEFAULT && (e == ElementType.F32 || e == ElementType.C64);
  }

  String dot(ElementType e) {
    return applies(e) ? ",precision=[" + name() + "," + name() + "]" : "";
  }

  String convolution(ElementType e) {
    String one = "#stablehlo<precision " + name() + ">";
    return applies(e) ? ",precision_config=[" + one + "," + one + "]" : "";
  }
}
