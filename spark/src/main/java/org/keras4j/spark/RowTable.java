package org.keras4j.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.keras4j.data.Rows;
import org.keras4j.data.Table;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows of a dataset as a table, for one pass.
 *
 * @param all rows, in order
 * @param names of the cells of each row, by their places
 */
record RowTable(Iterator<Row> all, List<String> names) implements Table {
  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public Rows open(List<String> columns) {
    int[] places = columns.stream().mapToInt(names::indexOf).toArray();
    return new Rows() {
      private @Nullable Row now;

      @Override
      public boolean next() {
        boolean more = all.hasNext();
        now = more ? all.next() : null;
        return more;
      }

      @Override
      public @Nullable Object value(int column) {
        return plain(Objects.requireNonNull(now).get(places[column]));
      }

      @Override
      public void close() {}
    };
  }

  /** A cell as numbers and texts, or arrays and lists of these. */
  static @Nullable Object plain(@Nullable Object cell) {
    if (cell instanceof Vector v) {
      return v.toArray();
    } else if (cell instanceof Seq<?> s) {
      List<@Nullable Object> out = new ArrayList<>(s.length());
      for (Object element : CollectionConverters.asJava(s)) {
        out.add(plain(element));
      }
      return out;
    } else if (cell instanceof Row r) {
      List<@Nullable Object> out = new ArrayList<>(r.size());
      for (int i = 0; i < r.size(); i++) {
        out.add(plain(r.get(i)));
      }
      return out;
    } else if (cell instanceof byte[] b) {
      int[] out = new int[b.length];
      for (int i = 0; i < b.length; i++) {
        out[i] = b[i] & 0xFF;
      }
      return out;
    }
    return cell;
  }

  @Override
  public String toString() {
    return "the dataset";
  }
}
