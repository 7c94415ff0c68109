package org.keras4j.backend.xla.runtime.pjrt;

import java.util.regex.Pattern;

/** The type that the text of an option has. */
final class OptionValue {
  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
  private static final Pattern REAL = Pattern.compile("-?\\d*\\.\\d+([eE][-+]?\\d+)?");

  private OptionValue() {}

  /** A Boolean, Long or Double if it reads as one, else the text itself. */
  static Object parse(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    } else if (INTEGER.matcher(text).matches()) {
      return Long.valueOf(text);
    } else if (REAL.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    return text;
  }
}
