package org.keras4j.saving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trees of maps, lists, strings, numbers, booleans and null as JSON text, with limits on what is read. */
final class Json {
  private static final int MAX_TEXT = 64 << 20;
  private static final int MAX_DEPTH = 500;

  private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder()
              .maxNestingDepth(MAX_DEPTH)
              .maxStringLength(MAX_TEXT)
              .build())
          .build())
      // Python writes these
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
      // as Python does: so any string of Java is kept
      .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
      .build();

  private Json() {}

  static String write(@Nullable Object tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "A config cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * The object that a text holds.
   *
   * @throws IllegalArgumentException if it is no JSON object, or nested too deep
   */
  static Map<?, ?> readObject(byte[] text) {
    try {
      Object o = MAPPER.readValue(text, Object.class);
      if (o instanceof Map<?, ?> m) {
        return m;
      }
      throw new IllegalArgumentException("expected a JSON object");
    } catch (java.io.IOException e) {
      throw new IllegalArgumentException("is no valid JSON: " + firstLine(e), e);
    }
  }

  private static String firstLine(Exception e) {
    String m = String.valueOf(e.getMessage());
    int cut = m.indexOf('\n');
    return cut < 0 ? m : m.substring(0, cut);
  }
}
