package org.keras4j.core;

import java.util.regex.Pattern;

/** What is said of bad arguments: where they were given, and no more of them than a person reads. */
public final class Failures {
  private static final int MOST = 2000;
  private static final Pattern LAYER = Pattern.compile("^[A-Z]\\w* '[^']*'[: ].*", Pattern.DOTALL);

  private Failures() {}

  /** Whether a message begins with a layer, such as {@code Dense 'fc1': }. */
  public static boolean namesLayer(String message) {
    return LAYER.matcher(message).matches();
  }

  /**
   * The same failure with the place in front of its message. It takes the place of the other one, whose text would
   * only be repeated: stack trace and cause are that one's.
   */
  public static IllegalArgumentException in(String where, IllegalArgumentException e) {
    String message = where + ": " + e.getMessage();
    IllegalArgumentException named = new IllegalArgumentException(shortened(message), e.getCause());
    named.setStackTrace(e.getStackTrace());
    return named;
  }

  /** A text with its middle left out, if it is very long. */
  public static String shortened(String text) {
    if (text.length() <= MOST) {
      return text;
    }
    return text.substring(0, MOST / 2) + " ... " + text.substring(text.length() - MOST / 4);
  }
}
