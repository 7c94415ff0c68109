package org.keras4j.tck.spi;

import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/** Holds that what is wrong is said, and in words. */
final class Refusals {
  private Refusals() {}

  /** The call fails with an exception whose message holds a text; not by an accident of the code. */
  static void refused(String what, String text, Supplier<?> call) {
    RuntimeException e = Assertions.assertThrows(RuntimeException.class, call::get, what);
    boolean accident = e instanceof NullPointerException
        || e instanceof ClassCastException
        || e instanceof IndexOutOfBoundsException
        || e instanceof NegativeArraySizeException;
    Assertions.assertFalse(accident, () -> what + ": " + e);
    String message = String.valueOf(e.getMessage());
    Assertions.assertTrue(
        message.contains(text), () -> what + ": the message lacks '" + text + "': " + message);
  }

  /** The call fails since something is closed. */
  static void closed(String what, Supplier<?> call) {
    Assertions.assertThrows(IllegalStateException.class, call::get, what);
  }
}
