package org.keras4j.applications;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.keras4j.core.Variable;

/** Trees as texts, and texts as hashes, as scripts/record_applications.py makes them. */
final class Canonical {
  private Canonical() {}

  static String text(Object x) {
    if (x instanceof Map<?, ?> m) {
      StringBuilder out = new StringBuilder("{");
      new TreeMap<>(m).forEach((k, v) -> {
        // arguments that calls were not given, and how a model is compiled that is not
        if (!(k.equals("mask") && v == null)
            && !(k.equals("training") && Boolean.FALSE.equals(v))
            && !(k.equals("compile_config") && v instanceof Map<?, ?> c && c.isEmpty())) {
          out.append(k).append(':').append(text(v)).append(',');
        }
      });
      return out.append('}').toString();
    }
    if (x instanceof List<?> l) {
      StringBuilder out = new StringBuilder("[");
      l.forEach(v -> out.append(text(v)).append(','));
      return out.append(']').toString();
    }
    if (x instanceof Number n) {
      return HexFormat.of().toHexDigits(Double.doubleToLongBits(n.doubleValue()));
    }
    return x instanceof String s ? '"' + s + '"' : String.valueOf(x);
  }

  static String hash(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String shapes(List<Variable> variables) {
    return variables.stream()
        .map(v -> v.shape().rank() == 0
            ? "()"
            : Arrays.stream(v.shape().toArray())
                .mapToObj(String::valueOf)
                .collect(Collectors.joining("x")))
        .collect(Collectors.joining(" "));
  }
}
