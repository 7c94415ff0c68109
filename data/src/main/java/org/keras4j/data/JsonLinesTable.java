package org.keras4j.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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
 * A file of JSON objects, one a line or one after the other, read by Jackson. Members are columns; one that an object does not
 * have is an empty cell. Arrays are lists of numbers or texts. A file whose name ends in {@code .gz} is unpacked while it is read.
 */
public final class JsonLinesTable implements Table {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Path file;

  private JsonLinesTable(Path file) {
    this.file = file;
  }

  /** A file. */
  public static JsonLinesTable of(Path file) {
    return new JsonLinesTable(file);
  }

  @Override
  public Rows open(List<String> columns) {
    return new Pass(columns);
  }

  @Override
  public String toString() {
    return file.toString();
  }

  private final class Pass implements Rows {
    private final JsonParser parser;
    private final Map<String, Integer> places = new HashMap<>();
    private final @Nullable Object[] cells;

    Pass(List<String> columns) {
      columns.forEach(c -> places.put(c, places.size()));
      cells = new Object[columns.size()];
      try {
        parser = FACTORY.createParser(CsvTable.stream(file));
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
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          Integer place = places.get(parser.currentName());
          t = parser.nextToken();
          if (place == null) {
            parser.skipChildren();
          } else {
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
      return new IllegalArgumentException(
          file + ", line " + parser.currentLocation().getLineNr() + ": " + why);
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
      return cells[column];
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
