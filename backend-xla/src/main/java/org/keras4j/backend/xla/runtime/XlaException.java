package org.keras4j.backend.xla.runtime;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.spi.BackendException;

/** A runtime refused or failed; the program and the JVM stay usable. */
public class XlaException extends BackendException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, as the C interfaces number it. */
  public enum Code {
    CANCELLED(1),
    UNKNOWN(2),
    INVALID_ARGUMENT(3),
    DEADLINE_EXCEEDED(4),
    NOT_FOUND(5),
    ALREADY_EXISTS(6),
    PERMISSION_DENIED(7),
    RESOURCE_EXHAUSTED(8),
    FAILED_PRECONDITION(9),
    ABORTED(10),
    OUT_OF_RANGE(11),
    UNIMPLEMENTED(12),
    INTERNAL(13),
    UNAVAILABLE(14),
    DATA_LOSS(15),
    UNAUTHENTICATED(16);

    private final int number;

    Code(int number) {
      this.number = number;
    }

    /** The code of a number; {@link #UNKNOWN} for any other. */
    public static Code of(int number) {
      for (Code c : values()) {
        if (c.number == number) {
          return c;
        }
      }
      return UNKNOWN;
    }
  }

  private final Code code;

  public XlaException(Code code, String message) {
    this(code, message, null);
  }

  public XlaException(Code code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }

  /** This failure told as part of something larger. */
  public XlaException during(String what) {
    String hint = code == Code.RESOURCE_EXHAUSTED ? " (out of device memory)" : "";
    return new XlaException(
        code,
        what + " failed" + hint + ": " + code.name().toLowerCase(Locale.ROOT) + ": " + getMessage(),
        this);
  }
}
