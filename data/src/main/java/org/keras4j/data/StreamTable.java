package org.keras4j.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a program as rows, records say, a column a function:
 *
 * <pre>{@code
 * StreamTable.of(() -> people.stream()).column("age", Person::age).column("income", Person::income)
 * }</pre>
 *
 * @param <T> the objects
 */
public final class StreamTable<T> implements Table {
  private final Supplier<? extends Stream<? extends T>> streams;
  private final Map<String, Function<? super T, @Nullable Object>> columns = new LinkedHashMap<>();

  private StreamTable(Supplier<? extends Stream<? extends T>> streams) {
    this.streams = streams;
  }

  /**
   * The elements of streams.
   *
   * @param streams opens one for each pass, which is closed afterwards
   * @return a table without columns
   */
  public static <T> StreamTable<T> of(Supplier<? extends Stream<? extends T>> streams) {
    return new StreamTable<>(streams);
  }

  /** Maps, whose keys are the columns; a key that a map does not have is an empty cell. */
  public static StreamTable<Map<String, ?>> ofMaps(
      Supplier<? extends Stream<? extends Map<String, ?>>> streams, String... columns) {
    StreamTable<Map<String, ?>> t = new StreamTable<>(streams);
    for (String c : columns) {
      t.column(c, m -> m.get(c));
    }
    return t;
  }

  /**
   * Adds a column.
   *
   * @param value what its cell holds, as {@link Rows#value} has it
   * @return this table
   */
  public StreamTable<T> column(String name, Function<? super T, @Nullable Object> value) {
    columns.put(name, value);
    return this;
  }

  @Override
  public Rows open(List<String> wanted) {
    Names.places(wanted, new ArrayList<>(columns.keySet()), this);
    List<Function<? super T, @Nullable Object>> cells = new ArrayList<>();
    wanted.forEach(w -> cells.add(Objects.requireNonNull(columns.get(w))));
    return new Pass<>(streams.get(), cells);
  }

  @Override
  public String toString() {
    return "StreamTable";
  }

  private static final class Pass<T> implements Rows {
    private final Stream<? extends T> stream;
    private final Iterator<? extends T> objects;
    private final List<Function<? super T, @Nullable Object>> cells;
    private @Nullable T now;
    // the cell that was looked at last, so that no function is asked twice
    private int looked = -1;
    private @Nullable Object cell;

    Pass(Stream<? extends T> stream, List<Function<? super T, @Nullable Object>> cells) {
      this.stream = stream;
      this.objects = stream.iterator();
      this.cells = cells;
    }

    @Override
    public boolean next() {
      looked = -1;
      boolean more = objects.hasNext();
      now = more ? objects.next() : null;
      return more;
    }

    @Override
    public @Nullable Object value(int column) {
      if (looked != column) {
        cell = cells.get(column).apply(Objects.requireNonNull(now));
        looked = column;
      }
      return cell;
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
