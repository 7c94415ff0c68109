package org.keras4j.saving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.ReadLimits;

/** Trees of maps, lists, strings, numbers, booleans and null as JSON text, with limits on what is read. */
final class Json {
  private static final ObjectMapper WRITER = JsonMapper.builder()
      // as Python does: so any string of Java is kept
      .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
      .build();

  private Json() {}

  static String write(@Nullable Object tree) {
    try {
      return WRITER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "A config cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  static byte[] bytes(Object tree) {
    return write(tree).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The object that a text holds.
   *
   * @throws IllegalArgumentException if it is no JSON object, too large, or nested too deep
   */
  static Map<?, ?> readObject(byte[] text, ReadLimits limits) {
    StreamReadConstraints constraints = StreamReadConstraints.builder()
        .maxNestingDepth(limits.maxConfigDepth())
        .maxStringLength(limits.maxConfigBytes())
        .build();
    ObjectMapper reader = JsonMapper.builder(
            JsonFactory.builder().streamReadConstraints(constraints).build())
        // Python writes these
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build();
    try (JsonParser parser = new Counted(reader.createParser(text), limits.maxConfigTokens())) {
      Object o = reader.readValue(parser, Object.class);
      if (o instanceof Map<?, ?> m) {
        return m;
      }
      throw new IllegalArgumentException("expected a JSON object");
    } catch (IOException e) {
      throw new IllegalArgumentException("is no valid JSON: " + firstLine(e), e);
    }
  }

  /** Counts what is read. Jackson does so itself from 2.18 on, but clusters bring older ones. */
  private static final class Counted extends JsonParserDelegate {
    private final long most;
    private long tokens;

    Counted(JsonParser parser, long most) {
      super(parser);
      this.most = most;
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      if (++tokens > most) {
        throw new JsonParseException(this, "Token count is more than the limit of " + most);
      }
      return super.nextToken();
    }
  }

  private static String firstLine(Exception e) {
    String m = String.valueOf(e.getMessage());
    int cut = m.indexOf('\n');
    return cut < 0 ? m : m.substring(0, cut);
  }
}
