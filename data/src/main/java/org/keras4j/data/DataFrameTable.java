package org.keras4j.data;

import java.util.ArrayList;
import java.util.List;
import org.dflib.DataFrame;
import org.dflib.DoubleSeries;
import org.dflib.IntSeries;
import org.dflib.LongSeries;
import org.dflib.Series;
import org.jspecify.annotations.Nullable;

/** A data frame of DFLib ({@code org.dflib:dflib}). */
public final class DataFrameTable extends Divided {
  private static final int PART = 1024;

  private final DataFrame frame;

  private DataFrameTable(DataFrame frame) {
    this.frame = frame;
  }

  /** The rows of a data frame. */
  public static DataFrameTable of(DataFrame frame) {
    return new DataFrameTable(frame);
  }

  @Override
  public long rows() {
    return frame.height();
  }

  @Override
  Parts divide(List<String> columns) {
    List<String> there = new ArrayList<>();
    frame.getColumnsIndex().forEach(there::add);
    Names.places(columns, there, this);
    Series<?>[] series = new Series<?>[columns.size()];
    for (int i = 0; i < series.length; i++) {
      series[i] = frame.getColumn(columns.get(i));
    }
    int height = frame.height();
    return new Parts() {
      private int at;

      @Override
      public @Nullable Rows next() {
        if (at >= height) {
          return null;
        }
        int from = at;
        at = Math.min(height, from + PART);
        return new Pass(series, from, at);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public String toString() {
    return "DataFrame";
  }

  private static final class Pass implements Rows {
    private final Series<?>[] series;
    // those of numbers that are no objects
    private final @Nullable DoubleSeries[] doubles;
    private final @Nullable IntSeries[] ints;
    private final @Nullable LongSeries[] longs;
    private final int end;
    private int row;

    Pass(Series<?>[] series, int from, int end) {
      this.series = series;
      this.doubles = new DoubleSeries[series.length];
      this.ints = new IntSeries[series.length];
      this.longs = new LongSeries[series.length];
      for (int i = 0; i < series.length; i++) {
        if (series[i] instanceof DoubleSeries d) {
          doubles[i] = d;
        } else if (series[i] instanceof IntSeries n) {
          ints[i] = n;
        } else if (series[i] instanceof LongSeries n) {
          longs[i] = n;
        }
      }
      this.row = from - 1;
      this.end = end;
    }

    @Override
    public boolean next() {
      return ++row < end;
    }

    @Override
    public @Nullable Object value(int column) {
      return series[column].get(row);
    }

    @Override
    public boolean isNull(int column) {
      return doubles[column] == null
          && ints[column] == null
          && longs[column] == null
          && series[column].get(row) == null;
    }

    @Override
    public double number(int column) {
      DoubleSeries d = doubles[column];
      if (d != null) {
        return d.getDouble(row);
      }
      IntSeries i = ints[column];
      if (i != null) {
        return i.getInt(row);
      }
      LongSeries l = longs[column];
      return l != null ? l.getLong(row) : Cells.number(series[column].get(row));
    }

    @Override
    public long integer(int column) {
      IntSeries i = ints[column];
      if (i != null) {
        return i.getInt(row);
      }
      LongSeries l = longs[column];
      return l != null ? l.getLong(row) : Cells.integer(series[column].get(row));
    }

    @Override
    public void close() {}
  }
}
