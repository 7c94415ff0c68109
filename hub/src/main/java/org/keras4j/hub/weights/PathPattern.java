package org.keras4j.hub.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name with places for numbers: {@code layers_{i}/kernel}; a star stands for anything.
 *
 * @param text the name as it was written
 * @param regex what matches
 * @param numbers the names of the places
 */
record PathPattern(String text, Pattern regex, List<String> numbers) {
  private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)}|\\*");

  static PathPattern of(String text) {
    StringBuilder regex = new StringBuilder();
    List<String> numbers = new ArrayList<>();
    Matcher m = PLACE.matcher(text);
    int at = 0;
    while (m.find()) {
      regex.append(Pattern.quote(text.substring(at, m.start())));
      String name = m.group(1);
      if (name == null) {
        regex.append(".*");
      } else if (numbers.contains(name)) {
        regex.append("\\k<").append(name).append('>');
      } else {
        numbers.add(name);
        regex.append("(?<").append(name).append(">\\d+)");
      }
      at = m.end();
    }
    regex.append(Pattern.quote(text.substring(at)));
    return new PathPattern(text, Pattern.compile(regex.toString()), numbers);
  }

  /** The numbers of a name that fits; null if it does not. */
  @Nullable
  Map<String, String> match(String name) {
    Matcher m = regex.matcher(name);
    if (!m.matches()) {
      return null;
    }
    Map<String, String> out = new LinkedHashMap<>();
    numbers.forEach(n -> out.put(n, m.group(n)));
    return out;
  }

  /** A name with the numbers put into its places. */
  static String filled(String text, Map<String, String> numbers) {
    String out = text;
    for (Map.Entry<String, String> e : numbers.entrySet()) {
      out = out.replace("{" + e.getKey() + "}", e.getValue());
    }
    if (PLACE.matcher(out).find()) {
      throw new IllegalArgumentException("WeightMap: '" + text
          + "' has places that its weight's path has not: " + numbers.keySet());
    }
    return out;
  }
}
