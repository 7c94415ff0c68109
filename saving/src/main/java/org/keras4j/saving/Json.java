package org.keras4j.saving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.ReadLimits;

/**
 * Trees of maps, lists, strings, numbers, booleans and null as JSON text, with limits on what is read. By Jackson's streaming part
 * alone: its mapper is half of the classes that loading a model would need.
 */
final class Json {
  private static final JsonFactory WRITER = JsonFactory.builder()
      // as Python does: so any string of Java is kept
      .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
      .build();

  private Json() {}

  /**
   * A tree as text.
   *
   * @throws IllegalArgumentException if it holds something that JSON has no form for
   */
  static String write(@Nullable Object tree) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = WRITER.createGenerator(out)) {
      write(tree, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of memory
    }
    return out.toString();
  }

  static byte[] bytes(Object tree) {
    return write(tree).getBytes(StandardCharsets.UTF_8);
  }

  private static void write(@Nullable Object o, JsonGenerator json) throws IOException {
    if (o == null) {
      json.writeNull();
    } else if (o instanceof String || o instanceof Character) {
      json.writeString(o.toString());
    } else if (o instanceof Boolean b) {
      json.writeBoolean(b);
    } else if (o instanceof Number n) {
      write(n, json);
    } else if (o instanceof Map<?, ?> m) {
      json.writeStartObject();
      for (Map.Entry<?, ?> e : m.entrySet()) {
        json.writeFieldName(String.valueOf(e.getKey()));
        write(e.getValue(), json);
      }
      json.writeEndObject();
    } else if (o instanceof Iterable<?> all) {
      json.writeStartArray();
      for (Object x : all) {
        write(x, json);
      }
      json.writeEndArray();
    } else if (o.getClass().isArray()) {
      json.writeStartArray();
      for (int i = 0; i < Array.getLength(o); i++) {
        write(Array.get(o, i), json);
      }
      json.writeEndArray();
    } else {
      throw new IllegalArgumentException("A config cannot be written as JSON: it holds a "
          + o.getClass().getName() + "; expected maps, lists, strings, numbers, booleans and null");
    }
  }

  private static void write(Number n, JsonGenerator json) throws IOException {
    if (n instanceof Double || n instanceof Float) {
      double d = n.doubleValue();
      if (Double.isFinite(d)) {
        json.writeNumber(n.toString());
      } else { // as Python writes and reads them
        json.writeRawValue(Double.isNaN(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
      }
    } else if (n instanceof BigInteger b) {
      json.writeNumber(b);
    } else if (n instanceof BigDecimal b) {
      json.writeNumber(b);
    } else if (n instanceof Long
        || n instanceof Integer
        || n instanceof Short
        || n instanceof Byte) {
      json.writeNumber(n.longValue());
    } else {
      throw new IllegalArgumentException("A config cannot be written as JSON: it holds the number "
          + n + " as a " + n.getClass().getName());
    }
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
    JsonFactory factory = JsonFactory.builder()
        .streamReadConstraints(constraints)
        // Python writes these
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build();
    try (JsonParser parser = factory.createParser(text)) {
      Reader reader = new Reader(parser, limits.maxConfigTokens());
      if (reader.next() == JsonToken.START_OBJECT) {
        return reader.object();
      }
      throw new IllegalArgumentException("expected a JSON object");
    } catch (IOException e) {
      throw new IllegalArgumentException("is no valid JSON: " + firstLine(e), e);
    }
  }

  /** Reads a tree, and counts its tokens. Jackson counts them itself from 2.18 on, but clusters bring older ones. */
  private static final class Reader {
    private final JsonParser parser;
    private final long most;
    private long tokens;

    Reader(JsonParser parser, long most) {
      this.parser = parser;
      this.most = most;
    }

    @Nullable
    JsonToken next() throws IOException {
      if (++tokens > most) {
        throw new IOException("Token count is more than the limit of " + most);
      }
      return parser.nextToken();
    }

    Map<String, @Nullable Object> object() throws IOException {
      Map<String, @Nullable Object> out = new LinkedHashMap<>();
      while (next() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        out.put(name, value(next()));
      }
      return out;
    }

    private List<@Nullable Object> array() throws IOException {
      List<@Nullable Object> out = new ArrayList<>();
      for (JsonToken t = next(); t != JsonToken.END_ARRAY; t = next()) {
        out.add(value(t));
      }
      return out;
    }

    private @Nullable Object value(@Nullable JsonToken token) throws IOException {
      if (token == null) {
        throw new IOException("Unexpected end of the text");
      }
      return switch (token) {
        case START_OBJECT -> object();
        case START_ARRAY -> array();
        case VALUE_STRING -> parser.getText();
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        case VALUE_NULL -> null;
        default -> throw new IOException("Unexpected " + token);
      };
    }
  }

  private static String firstLine(Exception e) {
    String m = String.valueOf(e.getMessage());
    int cut = m.indexOf('\n');
    return cut < 0 ? m : m.substring(0, cut);
  }
}
