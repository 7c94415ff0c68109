package org.keras4j.training.callbacks;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** File names with numbers in them, as Python formats them: {@code model-{epoch:02d}-{val_loss:.2f}.keras}. */
final class FilePattern {
  private static final Pattern FIELD =
      Pattern.compile("\\{\\{|\\}\\}|\\{(\\w+)(?::(0?)(\\d*)(?:\\.(\\d+))?([dfFeEg]?))?\\}");

  private FilePattern() {}

  /**
   * The name with its fields filled in.
   *
   * @throws IllegalArgumentException if a field has no number
   */
  static String format(String pattern, Map<String, ? extends Number> numbers) {
    Matcher m = FIELD.matcher(pattern);
    StringBuilder b = new StringBuilder();
    while (m.find()) {
      String text;
      if (m.group(1) == null) {
        text = m.group().substring(1);
      } else {
        Number n = numbers.get(m.group(1));
        if (n == null) {
          throw new IllegalArgumentException("File name '" + pattern + "': there is no '"
              + m.group(1) + "', only " + numbers.keySet());
        }
        text = number(n, m.group(4), m.group(5) == null ? "" : m.group(5));
        if (m.group(3) != null && !m.group(3).isEmpty()) {
          text = padded(text, Integer.parseInt(m.group(3)), "0".equals(m.group(2)));
        }
      }
      m.appendReplacement(b, Matcher.quoteReplacement(text));
    }
    return m.appendTail(b).toString();
  }

  private static String number(Number n, String precision, String type) {
    if (n instanceof Integer && (type.isEmpty() || type.equals("d"))) {
      return n.toString();
    }
    double v = n.doubleValue();
    int p = precision == null ? 6 : Integer.parseInt(precision);
    return switch (type) {
      case "" -> precision == null ? PythonNumbers.repr(v) : PythonNumbers.general(v, p);
      case "f", "F" -> PythonNumbers.fixed(v, p);
      case "e", "E" -> PythonNumbers.scientific(v, p);
      case "g" -> PythonNumbers.general(v, p);
      default ->
        throw new IllegalArgumentException(
            "A file name's field of type '" + type + "' takes an integer, got " + v);
    };
  }

  private static String padded(String text, int width, boolean zeros) {
    String fill = (zeros ? "0" : " ").repeat(Math.max(0, width - text.length()));
    return zeros && text.startsWith("-") ? "-" + fill + text.substring(1) : fill + text;
  }
}
