package org.keras4j.hub.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arrays that lie one by one in files and are one for a model: their names differ by a number that the name of the whole has
 * not.
 *
 * @param parts the names of the parts
 * @param whole the name of the whole
 */
record Stack(PathPattern parts, PathPattern whole) {
  static Stack of(String parts, String whole) {
    Stack out = new Stack(PathPattern.of(parts), PathPattern.of(whole));
    if (out.parts.numbers().size() != out.whole.numbers().size() + 1
        || !out.parts.numbers().containsAll(out.whole.numbers())) {
      throw new IllegalArgumentException(
          "stacked: expected names of parts with one number more than that of the whole, got '"
              + parts + "' and '" + whole + "'");
    }
    return out;
  }

  /** A part's place in its whole. */
  record Place(String whole, int index) {}

  /** Where an array belongs; null if it is no part. */
  @Nullable
  Place place(String name) {
    Map<String, String> numbers = parts.match(name);
    if (numbers == null) {
      return null;
    }
    String own = numbers.get(number());
    if (own == null || own.length() > 6) {
      throw new IllegalArgumentException("WeightMap: '" + name + "' has too large a number");
    }
    return new Place(PathPattern.filled(whole.text(), numbers), Integer.parseInt(own));
  }

  /** The name of a part; null if the array is no such whole. */
  @Nullable
  String part(String name, int index) {
    Map<String, String> numbers = whole.match(name);
    if (numbers == null) {
      return null;
    }
    Map<String, String> all = new LinkedHashMap<>(numbers);
    all.put(number(), Integer.toString(index));
    return PathPattern.filled(parts.text(), all);
  }

  private String number() {
    return parts.numbers().stream()
        .filter(n -> !whole.numbers().contains(n))
        .findFirst()
        .orElseThrow();
  }
}
