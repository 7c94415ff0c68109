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

  private final boolean named;

  public MemoryLimitException(String message) {
    this(message, false);
  }

  private MemoryLimitException(String message, boolean named) {
    super(message);
    this.named = named;
  }

  /** The same, said of a function; one that names a function already is left as it is. */
  public MemoryLimitException in(String function) {
    return named
        ? this
        : Failures.inPlaceOf(this, new MemoryLimitException(function + ": " + getMessage(), true));
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
