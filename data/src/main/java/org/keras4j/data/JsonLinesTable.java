package org.keras4j.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON objects, one a line or one after the other, read by Jackson on several threads. Members are columns; one that an object does not
 * have is an empty cell. Arrays are lists of numbers or texts. A file whose name ends in {@code .gz} is unpacked while it is read.
 */
public final class JsonLinesTable extends Divided {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  private final Path file;

  private JsonLinesTable(Path file) {
    this.file = file;
  }

  /** A file. */
  public static JsonLinesTable of(Path file) {
    return new JsonLinesTable(file);
  }

  @Override
  Parts divide(List<String> columns) {
    TextParts text = new TextParts(file, JsonLinesTable::lastEnd);
    Map<String, Integer> places = new HashMap<>();
    columns.forEach(c -> places.put(c, places.size()));
    return new Parts() {
      @Override
      public @Nullable Rows next() {
        TextParts.Part part = text.next();
        return part == null ? null : new Pass(part, places);
      }

      @Override
      public void close() {
        text.close();
      }
    };
  }

  // a line's end between a closing and an opening brace: within an object there would be a comma,
  // and texts have no lines
  private static int lastEnd(byte[] bytes, int count) {
    boolean opens = false;
    int line = -1;
    for (int i = count - 1; i >= 0; i--) {
      byte b = bytes[i];
      if (b == '\n') {
        line = opens && line < 0 ? i + 1 : line;
      } else if (b > ' ') {
        if (line >= 0 && b == '}') {
          return line;
        }
        opens = b == '{';
        line = -1;
      }
    }
    return 0;
  }

  @Override
  public String toString() {
    return file.toString();
  }

  /** Objects of a part: read where they lie up to the first one that only Jackson understands. */
  private final class Pass implements Rows {
    private TextParts.Part part;
    private final Map<String, Integer> places;
    private final CellRow cells;
    private final PlainObjects plain;
    private @Nullable JsonParser parser;

    Pass(TextParts.Part part, Map<String, Integer> places) {
      this.part = part;
      this.places = places;
      cells = new CellRow(places.size());
      plain = new PlainObjects(part.bytes(), places, cells);
    }

    @Override
    public boolean next() {
      cells.clear();
      try {
        if (parser == null) {
          switch (plain.next()) {
            case OBJECT -> {
              return true;
            }
            case END -> {
              return false;
            }
            default -> {
              cells.clear();
              part = part.from(plain.at());
              parser = FACTORY.createParser(part.bytes());
            }
          }
        }
        return object(parser);
      } catch (JsonParseException e) {
        throw malformed(e.getOriginalMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(file.toString(), e);
      }
    }

    private boolean object(JsonParser json) throws IOException {
      JsonToken t = json.nextToken();
      if (t == null) {
        return false;
      }
      if (t != JsonToken.START_OBJECT) {
        throw malformed("expected an object, got " + json.getText());
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        int place = places.getOrDefault(json.currentName(), -1);
        t = json.nextToken();
        if (place < 0) {
          json.skipChildren();
        } else if (t == JsonToken.VALUE_NUMBER_FLOAT) {
          cells.set(place, json.getDoubleValue());
        } else if (t == JsonToken.VALUE_NUMBER_INT) {
          cells.set(place, json.getLongValue());
        } else {
          cells.set(place, value(json, t));
        }
      }
      return true;
    }

    private IllegalArgumentException malformed(String why) {
      return new IllegalArgumentException(file + ", line "
          + (part.line(0) - 1 + Objects.requireNonNull(parser).currentLocation().getLineNr()) + ": "
          + why);
    }

    private @Nullable Object value(JsonParser json, JsonToken t) throws IOException {
      return switch (t) {
        case VALUE_NULL -> null;
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        case VALUE_STRING -> json.getText();
        case VALUE_NUMBER_INT -> json.getLongValue();
        case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
        case START_ARRAY -> {
          List<@Nullable Object> all = new ArrayList<>();
          for (JsonToken e = json.nextToken(); e != JsonToken.END_ARRAY; e = json.nextToken()) {
            all.add(value(json, e));
          }
          yield all;
        }
        default ->
          throw malformed("expected a number, a text or an array, got an object in a member");
      };
    }

    @Override
    public @Nullable Object value(int column) {
      return cells.value(column);
    }

    @Override
    public boolean isNull(int column) {
      return cells.isNull(column);
    }

    @Override
    public double number(int column) {
      return cells.number(column);
    }

    @Override
    public long integer(int column) {
      return cells.integer(column);
    }

    @Override
    public void close() {
      try {
        if (parser != null) {
          parser.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
