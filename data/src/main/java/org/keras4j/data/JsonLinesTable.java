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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of JSON objects, one a line or one after the other, read by Jackson on several threads. Members are columns; one that an object does not
 * have is an empty cell. Arrays are lists of numbers or texts. A file whose name ends in {@code .gz} is unpacked while it is read.
 */
public final class JsonLinesTable extends Divided {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  private static final byte OBJECT = 0;
  private static final byte NUMBER = 1;
  private static final byte INTEGER = 2;

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

  private final class Pass implements Rows {
    private final TextParts.Part part;
    private final JsonParser parser;
    private final Map<String, Integer> places;
    private final @Nullable Object[] cells;
    // what a cell holds, where it is no object
    private final double[] numbers;
    private final long[] integers;
    private final byte[] kinds;

    Pass(TextParts.Part part, Map<String, Integer> places) {
      this.part = part;
      this.places = places;
      cells = new Object[places.size()];
      numbers = new double[cells.length];
      integers = new long[cells.length];
      kinds = new byte[cells.length];
      try {
        parser = FACTORY.createParser(part.bytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean next() {
      try {
        JsonToken t = parser.nextToken();
        if (t == null) {
          return false;
        }
        if (t != JsonToken.START_OBJECT) {
          throw malformed("expected an object, got " + parser.getText());
        }
        Arrays.fill(cells, null);
        Arrays.fill(kinds, OBJECT);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          Integer place = places.get(parser.currentName());
          t = parser.nextToken();
          if (place == null) {
            parser.skipChildren();
          } else if (t == JsonToken.VALUE_NUMBER_FLOAT) {
            numbers[place] = parser.getDoubleValue();
            kinds[place] = NUMBER;
          } else if (t == JsonToken.VALUE_NUMBER_INT) {
            integers[place] = parser.getLongValue();
            kinds[place] = INTEGER;
          } else {
            kinds[place] = OBJECT;
            cells[place] = value(t);
          }
        }
        return true;
      } catch (JsonParseException e) {
        throw malformed(e.getOriginalMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(file.toString(), e);
      }
    }

    private IllegalArgumentException malformed(String why) {
      return new IllegalArgumentException(file + ", line "
          + (part.line(0) - 1 + parser.currentLocation().getLineNr()) + ": " + why);
    }

    private @Nullable Object value(JsonToken t) throws IOException {
      return switch (t) {
        case VALUE_NULL -> null;
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        case VALUE_STRING -> parser.getText();
        case VALUE_NUMBER_INT -> parser.getLongValue();
        case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
        case START_ARRAY -> {
          List<@Nullable Object> all = new ArrayList<>();
          for (JsonToken e = parser.nextToken(); e != JsonToken.END_ARRAY; e = parser.nextToken()) {
            all.add(value(e));
          }
          yield all;
        }
        default ->
          throw malformed("expected a number, a text or an array, got an object in a member");
      };
    }

    @Override
    public @Nullable Object value(int column) {
      // of either type, so that no branch brings integers to doubles
      return switch (kinds[column]) {
        case NUMBER -> (Object) numbers[column];
        case INTEGER -> (Object) integers[column];
        default -> cells[column];
      };
    }

    @Override
    public boolean isNull(int column) {
      return kinds[column] == OBJECT && cells[column] == null;
    }

    @Override
    public double number(int column) {
      return switch (kinds[column]) {
        case NUMBER -> numbers[column];
        case INTEGER -> integers[column];
        default -> Cells.number(cells[column]);
      };
    }

    @Override
    public long integer(int column) {
      return kinds[column] == INTEGER ? integers[column] : Cells.integer(value(column));
    }

    @Override
    public void close() {
      try {
        parser.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
