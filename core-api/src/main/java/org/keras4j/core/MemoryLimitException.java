package org.keras4j.core;

import java.math.BigInteger;
import org.keras4j.core.internal.messages.Failures;

/**
 * Something was asked for that is larger than the memory it would lie in, or than what is left of that
 * memory. Nothing was allocated.
 */
public final class MemoryLimitException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  public MemoryLimitException(String message) {
    super(message);
  }

  /** The same refusal, with what was being done in front of its message, {@code "Dense 'fc1'"}, unless a layer is named there already. */
  public MemoryLimitException in(String what) {
    String said = String.valueOf(getMessage());
    return Failures.namesLayer(said)
        ? this
        : Failures.inPlaceOf(this, new MemoryLimitException(what + ": " + said));
  }

  /** A number of bytes for people: {@code "4294967296 bytes (4 GiB)"}. */
  public static String text(BigInteger bytes) {
    if (bytes.bitLength() <= 10) {
      return bytes + " bytes";
    }
    double n = bytes.doubleValue();
    int unit = 0;
    while (n >= 1024 && unit < UNITS.length - 1) {
      n /= 1024;
      unit++;
    }
    String rounded = n == Math.rint(n) || n >= 1e6
        ? String.format(java.util.Locale.ROOT, "%.0f", n)
        : String.format(java.util.Locale.ROOT, "%.1f", n);
    return bytes + " bytes (" + rounded + " " + UNITS[unit] + ")";
  }
}
