package org.keras4j.backend.pytorch;

import org.keras4j.core.internal.messages.Log;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.BadIndexException;

/** Turns failures of native code into ours: one sentence, with what was being done. */
final class Failures {
  private static final Log LOG = Log.of(Failures.class);

  private Failures() {}

  /** An exception that says what failed; ours pass through as they are. */
  static RuntimeException wrap(String what, RuntimeException e) {
    if (e instanceof BackendException
        || e instanceof IllegalStateException
        || e instanceof IllegalArgumentException
        || e.getClass() != RuntimeException.class) {
      return e;
    }
    LOG.debug(what, e); // its text is a stack of TorchScript's and one of C++
    String reason = reason(e);
    String message = what + " failed in libtorch: " + reason;
    RuntimeException named = reason.startsWith("index out of range")
        ? new BadIndexException(message)
        : new BackendException(message);
    named.setStackTrace(e.getStackTrace());
    return named;
  }

  /** The sentence that matters of a native message, which carries stacks of frames. */
  static String reason(RuntimeException e) {
    String m = e.getMessage() == null ? "no message" : e.getMessage();
    int at = m.lastIndexOf("RuntimeError: ");
    if (at < 0) {
      at = m.lastIndexOf("Error: ");
      at = at < 0 ? 0 : at + "Error: ".length();
    } else {
      at += "RuntimeError: ".length();
    }
    String tail = m.substring(at).strip();
    int end = tail.indexOf("\nException raised from");
    if (end < 0) {
      end = tail.indexOf('\n');
    }
    String line = end < 0 ? tail : tail.substring(0, end);
    return line.isEmpty() ? m.lines().findFirst().orElse("no message") : line;
  }

  /** Whether memory ran out. */
  static boolean isOutOfMemory(RuntimeException e) {
    String m = e.getMessage();
    return m != null
        && (m.contains("not enough memory")
            || m.contains("can't allocate memory")
            || m.contains("out of memory"));
  }
}
