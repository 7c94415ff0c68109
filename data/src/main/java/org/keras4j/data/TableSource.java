package org.keras4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/**
 * Batches out of a {@link Table}, for {@code fit}, {@code evaluate} and {@code predict}: which columns are inputs, targets and
 * sample weights. Only the rows of a batch are held, and those that are shuffled, so that tables may be larger than memory.
 *
 * <pre>{@code
 * TableSource flowers = TableSource.of(CsvTable.of(Path.of("iris.csv")))
 *     .x("sepal_length", "sepal_width", "petal_length", "petal_width")
 *     .y(Column.of("species").labels("setosa", "versicolor", "virginica"))
 *     .batchSize(16)
 *     .shuffle(1000);
 * model.fit(flowers, Fit.epochs(20));
 * }</pre>
 */
public final class TableSource implements DataSource {
  private static final int DEFAULT_BATCH = 32;
  private static final int FIRST_ROWS = 1024;

  private final Table table;
  private final Map<String, Column> inputs = new LinkedHashMap<>();
  private final Map<String, Column> targets = new LinkedHashMap<>();
  private boolean namedInputs;
  private boolean namedTargets;
  private @Nullable Column sampleWeight;
  private int batchSize = DEFAULT_BATCH;
  private int buffer;
  private long seed;
  private long epoch;
  private boolean dropRemainder;

  private TableSource(Table table) {
    this.table = table;
  }

  /** Of a table, with batches of 32 rows in the table's order, until told otherwise. */
  public static TableSource of(Table table) {
    return new TableSource(table);
  }

  /** Columns side by side as the next input, {@code (batch, columns)}. */
  public TableSource x(String... columns) {
    return x(Column.of(columns));
  }

  /** The next input of a model that takes one, or several in order. */
  public TableSource x(Column column) {
    namedInputs = named(inputs, namedInputs, false);
    inputs.put(Integer.toString(inputs.size()), column);
    return this;
  }

  /** An input of a model that knows its inputs by name. */
  public TableSource input(String name, Column column) {
    namedInputs = named(inputs, namedInputs, true);
    inputs.put(name, column);
    return this;
  }

  /** Columns side by side as the next target, {@code (batch, columns)}. */
  public TableSource y(String... columns) {
    return y(Column.of(columns));
  }

  /** The next target of a model with one output, or several in order. */
  public TableSource y(Column column) {
    namedTargets = named(targets, namedTargets, false);
    targets.put(Integer.toString(targets.size()), column);
    return this;
  }

  /** A target of a model that knows its outputs by name. */
  public TableSource target(String name, Column column) {
    namedTargets = named(targets, namedTargets, true);
    targets.put(name, column);
    return this;
  }

  private static boolean named(Map<String, Column> there, boolean before, boolean now) {
    if (!there.isEmpty() && before != now) {
      throw new IllegalArgumentException(
          "TableSource: all inputs have names, and all targets, or none");
    }
    return now;
  }

  /** How much a row counts in the loss. */
  public TableSource sampleWeight(String column) {
    sampleWeight = Column.of(column).shape();
    return this;
  }

  /**
   * Rows a batch; 32 by default.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public TableSource batchSize(int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "TableSource: batchSize: expected at least 1, got " + value);
    }
    batchSize = value;
    return this;
  }

  /**
   * Takes rows in a random order, another one each epoch.
   *
   * @param rows how many are held to choose from; the whole table is shuffled evenly if that is as many as it has
   * @return a source in that order
   */
  public TableSource shuffle(int rows) {
    return shuffle(rows, SeedGenerator.defaultSeed());
  }

  /**
   * Likewise.
   *
   * @param rows how many are held to choose from
   * @param seed the same seed gives the same orders
   * @return a source in that order
   * @throws IllegalArgumentException if {@code rows} is below 1
   */
  public TableSource shuffle(int rows, long seed) {
    if (rows < 1) {
      throw new IllegalArgumentException(
          "TableSource: shuffle: expected at least 1 row, got " + rows);
    }
    this.buffer = rows;
    this.seed = seed;
    this.epoch = 0;
    return this;
  }

  /** Whether rows that fill no batch at the end are left out; false by default. */
  public TableSource dropRemainder(boolean value) {
    dropRemainder = value;
    return this;
  }

  /** The inputs of all batches alone, in the table's order, for {@code adapt} of a layer. */
  @Override
  public Iterable<Object> inputs() {
    return () -> new Inputs(new Pass(0, 0));
  }

  private record Inputs(Pass batches) implements Iterator<Object>, AutoCloseable {
    @Override
    public boolean hasNext() {
      return batches.hasNext();
    }

    @Override
    public Object next() {
      return batches.next().x();
    }

    @Override
    public void close() {
      batches.close();
    }
  }

  @Override
  public boolean isGroupable() {
    return true;
  }

  @Override
  public Iterator<Batch> iterator() {
    return new Pass(buffer, epoch++);
  }

  @Override
  public long batches() {
    long n = table.rows();
    return n < 0 ? -1 : dropRemainder ? n / batchSize : (n + batchSize - 1) / batchSize;
  }

  @Override
  public boolean isRepeatable() {
    return table.isRepeatable();
  }

  @Override
  public Map<String, Object> state() {
    return Map.of("seed", seed, "epoch", epoch);
  }

  @Override
  public void restore(Map<String, Object> state) {
    if (!(state.get("seed") instanceof Number s) || !(state.get("epoch") instanceof Number e)) {
      throw new IllegalArgumentException("TableSource: expected a seed and an epoch, got " + state);
    }
    seed = s.longValue();
    epoch = e.longValue();
  }

  private final class Pass implements Iterator<Batch>, AutoCloseable {
    private final RowCursor rows;
    private List<ColumnReader.Room> held = List.of();
    private final int room;
    private final SplittableRandom random;
    // where rows are held: the first ones of these
    private int[] places = new int[0];
    private int filled;
    private @Nullable Batch next;

    Pass(int buffer, long epoch) {
      if (inputs.isEmpty()) {
        throw new IllegalStateException(
            "TableSource: which columns are inputs is to be told, by x or input");
      }
      List<Column> columns = new ArrayList<>(inputs.values());
      columns.addAll(targets.values());
      if (sampleWeight != null) {
        columns.add(sampleWeight);
      }
      Set<String> names = new LinkedHashSet<>();
      columns.forEach(c -> names.addAll(c.names));
      this.random = new SplittableRandom(seed + 0x9E3779B97F4A7C15L * epoch);
      this.rows = RowCursor.open(table, columns, List.copyOf(names));
      this.room = buffer == 0 ? 0 : Math.max(buffer, batchSize);
      try {
        if (room > 0 && rows.more()) {
          hold();
        }
      } catch (RuntimeException | Error e) {
        rows.close();
        throw e;
      }
    }

    private void hold() {
      int begin = Math.min(room, Math.max(batchSize, FIRST_ROWS));
      held = rows.rooms(begin);
      for (int have = begin; filled < room && rows.more(); ) {
        if (filled == have) {
          have = (int) Math.min(room, 2L * have);
          int next = have;
          held.replaceAll(r -> r.grown(next));
        }
        filled += rows.read(held, filled, have - filled);
      }
      places = IntStream.range(0, filled).toArray();
    }

    @Override
    public boolean hasNext() {
      if (room > 0) {
        return dropRemainder ? filled >= batchSize : filled > 0;
      }
      if (dropRemainder && next == null && rows.more()) {
        next = inOrder();
      }
      return next != null || (!dropRemainder && rows.more());
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Batch b = next;
      next = null;
      if (b != null) {
        return b;
      }
      Batch made = room > 0 ? shuffled() : inOrder();
      if (made == null) {
        throw new NoSuchElementException();
      }
      return made;
    }

    private @Nullable Batch inOrder() {
      List<ColumnReader.Room> to = rows.rooms(batchSize);
      int n = rows.read(to, 0, batchSize);
      if (n == 0 || (n < batchSize && dropRemainder)) {
        return null;
      }
      List<NDArray> arrays = new ArrayList<>();
      for (ColumnReader.Room r : to) {
        arrays.add(r.first(n));
      }
      return batch(arrays);
    }

    // rows are drawn out of those held, and others read to their places
    private Batch shuffled() {
      int n = Math.min(batchSize, filled);
      for (int i = 0; i < n; i++) {
        int k = i + random.nextInt(filled - i);
        int place = places[k];
        places[k] = places[i];
        places[i] = place;
      }
      int[] drawn = Arrays.copyOf(places, n);
      List<NDArray> arrays = new ArrayList<>();
      for (ColumnReader.Room r : held) {
        arrays.add(r.rows(drawn));
      }
      int at = 0;
      while (at < n && rows.read(held, drawn[at], 1) > 0) {
        at++;
      }
      for (int i = n - 1; i >= at; i--) {
        places[i] = places[--filled]; // what was drawn last is not held any more
      }
      return batch(arrays);
    }

    private Batch batch(List<NDArray> arrays) {
      Object x = nested(inputs, namedInputs, arrays.subList(0, inputs.size()));
      int end = inputs.size() + targets.size();
      Object y = targets.isEmpty()
          ? null
          : nested(targets, namedTargets, arrays.subList(inputs.size(), end));
      return new Batch(x, y, sampleWeight == null ? null : arrays.get(end));
    }

    private static Object nested(Map<String, Column> columns, boolean named, List<NDArray> arrays) {
      if (!named) {
        return arrays.size() == 1 ? arrays.get(0) : List.copyOf(arrays);
      }
      Map<String, Object> out = new LinkedHashMap<>();
      int i = 0;
      for (String name : columns.keySet()) {
        out.put(name, arrays.get(i++));
      }
      return out;
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
