package org.keras4j.layers.preprocessing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How often tokens, and documents with them, were seen. */
final class TokenCounts {
  private static final Comparator<Object> BY_TOKEN = (a, b) ->
      a instanceof Long x ? Long.compare(x, (Long) b) : Arrays.compareUnsigned(bytes(a), bytes(b));

  private final Map<Object, Long> tokens = new HashMap<>();
  private final Map<Object, Long> documents = new HashMap<>();
  private long documentCount;

  private static byte[] bytes(Object token) {
    return ((String) token).getBytes(StandardCharsets.UTF_8);
  }

  void add(List<?> document) {
    document.forEach(t -> tokens.merge(t, 1L, Long::sum));
    new HashSet<>(document).forEach(t -> documents.merge(t, 1L, Long::sum));
    documentCount++;
  }

  void remove(@Nullable Object token) {
    if (token != null) {
      tokens.remove(token);
    }
  }

  /** The most frequent tokens first; of equally frequent ones the greatest. */
  List<Object> sorted() {
    List<Object> out = new ArrayList<>(tokens.keySet());
    Comparator<Object> order =
        Comparator.<Object>comparingLong(tokens::get).thenComparing(BY_TOKEN);
    out.sort(order.reversed());
    return out;
  }

  /** How much a token tells of a document: {@code log(1 + documents / (1 + documents with it))}. */
  double inverseDocumentFrequency(Object token) {
    // a quotient of integers in Keras is a double
    return Math.log(1 + documentCount / (1.0 + documents.getOrDefault(token, 0L)));
  }
}
