package org.keras4j.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FloatingPointVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Columns of Apache Arrow ({@code org.apache.arrow:arrow-vector}): a {@link VectorSchemaRoot}, or the record batches of a reader of
 * files and streams, opened again for each epoch. Lists are lists of elements.
 */
public final class ArrowTable extends Divided {
  private static final int PART = 1024;

  private final @Nullable VectorSchemaRoot root;
  private final @Nullable Supplier<? extends ArrowReader> readers;

  private ArrowTable(
      @Nullable VectorSchemaRoot root, @Nullable Supplier<? extends ArrowReader> readers) {
    this.root = root;
    this.readers = readers;
  }

  /** The rows that lie in memory; the root stays the caller's. */
  public static ArrowTable of(VectorSchemaRoot root) {
    return new ArrowTable(root, null);
  }

  /**
   * The record batches of a reader.
   *
   * @param readers opens one for each pass ({@code ArrowFileReader}, {@code ArrowStreamReader}), which is closed afterwards
   * @return the table
   */
  public static ArrowTable of(Supplier<? extends ArrowReader> readers) {
    return new ArrowTable(null, readers);
  }

  @Override
  public long rows() {
    return root == null ? -1 : root.getRowCount();
  }

  /** Rows that lie in memory may be read by anyone; those of a reader lie where the next ones will. */
  @Override
  boolean isDivided() {
    return root != null;
  }

  @Override
  Parts divide(List<String> columns) {
    Pass all = new Pass(columns);
    return new Parts() {
      private int at;
      private boolean given;

      @Override
      public @Nullable Rows next() {
        if (!isDivided()) {
          Rows out = given ? null : all;
          given = true;
          return out;
        }
        int from = at;
        at = (int) Math.min(rows(), (long) from + PART);
        return from == at ? null : new Pass(all, from, at);
      }

      @Override
      public void close() {
        all.close();
      }
    };
  }

  @Override
  public String toString() {
    return "ArrowTable";
  }

  private final class Pass implements Rows {
    private final @Nullable ArrowReader reader;
    private final VectorSchemaRoot now;
    private final FieldVector[] vectors;
    private int row = -1;
    private int end = -1;

    /** Rows of another pass. */
    Pass(Pass all, int from, int end) {
      this.reader = null;
      this.now = all.now;
      this.vectors = all.vectors;
      this.row = from - 1;
      this.end = end;
    }

    Pass(List<String> columns) {
      reader = readers == null ? null : readers.get();
      try {
        now =
            reader == null ? java.util.Objects.requireNonNull(root) : reader.getVectorSchemaRoot();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      List<String> there = new ArrayList<>();
      for (Field f : now.getSchema().getFields()) {
        there.add(f.getName());
      }
      vectors = new FieldVector[columns.size()];
      int[] places = Names.places(columns, there, ArrowTable.this);
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = now.getVector(places[i]);
      }
      if (reader != null) {
        row = now.getRowCount(); // nothing is loaded yet
      }
    }

    @Override
    public boolean next() {
      row++;
      if (reader == null) {
        return row < (end < 0 ? now.getRowCount() : end);
      }
      try {
        while (row >= now.getRowCount()) {
          if (!reader.loadNextBatch()) {
            return false;
          }
          row = 0;
        }
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public @Nullable Object value(int column) {
      Object o = vectors[column].getObject(row);
      return o == null || o instanceof Number || o instanceof Boolean || Cells.isList(o)
          ? o
          : o.toString();
    }

    @Override
    public boolean isNull(int column) {
      return vectors[column].isNull(row);
    }

    @Override
    public double number(int column) {
      return vectors[column] instanceof FloatingPointVector f
          ? f.getValueAsDouble(row)
          : vectors[column] instanceof BaseIntVector i
              ? i.getValueAsLong(row)
              : Cells.number(value(column));
    }

    @Override
    public long integer(int column) {
      return vectors[column] instanceof BaseIntVector i
          ? i.getValueAsLong(row)
          : Cells.integer(value(column));
    }

    @Override
    public void close() {
      try {
        if (reader != null) {
          reader.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
