package org.keras4j.models.features;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.ops.Ops;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.data.IterableSource;
import org.keras4j.training.data.PublisherSource;

/** How a {@link FeatureSpace} takes tables: as columns, rows, or batches of columns. */
final class Columns {
  /** Single rows are adapted to in batches of this size, as in Keras. */
  private static final int BATCH = 32;

  private Columns() {}

  /**
   * The columns of what a call is given: a map of columns, or rows, each a map.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Map<String, Object> of(String label, @Nullable Object data) {
    if (data instanceof Map<?, ?> m) {
      return named(label, m);
    }
    if (data instanceof List<?> rows && !rows.isEmpty() && rows.get(0) instanceof Map<?, ?> first) {
      Map<String, Object> out = new LinkedHashMap<>();
      for (String name : named(label, first).keySet()) {
        List<Object> column = new ArrayList<>();
        for (Object row : rows) {
          Object value = row instanceof Map<?, ?> m ? m.get(name) : null;
          if (value == null) {
            throw new IllegalArgumentException(
                label + ": row " + column.size() + " has no '" + name + "'");
          }
          column.add(value);
        }
        out.put(name, column);
      }
      return out;
    }
    throw new IllegalArgumentException(
        label + ": expected a map of columns by name, or a list of such" + " rows, got "
            + (data == null ? "null" : data.getClass().getName()));
  }

  private static Map<String, Object> named(String label, Map<?, ?> m) {
    Map<String, Object> out = new LinkedHashMap<>();
    m.forEach((k, v) -> {
      if (!(k instanceof String name)) {
        throw new IllegalArgumentException(
            label + ": expected columns by name, got one under " + k);
      }
      if (v == null) {
        throw new IllegalArgumentException(label + ": column '" + name + "' is null");
      }
      out.put(name, v);
    });
    return out;
  }

  /** A column as a tensor or host array: a scalar as {@code (1, 1)}, a vector as {@code (rows, 1)}, others as they are. */
  static Object column(String label, String name, Object values, DType dtype) {
    if (values instanceof Tensor t) {
      Tensor x = dtype.isFloat() && t.dtype() != dtype ? Ops.cast(t, dtype.kerasName()) : t;
      return x.rank() > 1 ? x : Ops.reshape(x, new long[] {-1, 1});
    }
    NDArray a = typed(label, name, values, dtype);
    return a.rank() == 0 ? a.reshape(1, 1) : a.rank() == 1 ? a.reshape(a.size(), 1) : a;
  }

  /** Whether a value stands for one row. */
  static boolean isScalar(Object values) {
    return values instanceof Tensor t
        ? t.rank() == 0
        : values instanceof NDArray a
            ? a.rank() == 0
            : !(values instanceof Iterable) && !values.getClass().isArray();
  }

  /** The values as an array that a layer for columns of a dtype takes. */
  private static NDArray typed(String label, String name, Object values, DType dtype) {
    NDArray a;
    try {
      a = values instanceof Tensor t ? t.toNDArray() : NDArray.from(values);
    } catch (IllegalArgumentException e) {
      throw Failures.in(label + ": column '" + name + "'", e);
    }
    if ((a.dtype() == DType.STRING) != (dtype == DType.STRING)) {
      throw new IllegalArgumentException(label + ": column '" + name + "' expects "
          + (dtype == DType.STRING ? "strings" : "numbers") + ", got values of dtype "
          + a.dtype().kerasName());
    }
    if (dtype.isFloat()) {
      return a.astype(dtype);
    }
    if (a.dtype().isFloat()) {
      throw new IllegalArgumentException(label + ": column '" + name
          + "' expects integers, got values of" + " dtype " + a.dtype().kerasName());
    }
    return a.dtype().isBool() ? a.astype(dtype) : a;
  }

  private static List<Object> column(Map<String, List<Object>> all, String name) {
    return Objects.requireNonNull(all.get(name), name);
  }

  /**
   * What some columns are adapted to, batch by batch: of a map of columns, of rows or batches that are maps, or of batches whose
   * inputs are maps.
   *
   * @param wanted the dtypes of the columns wanted
   */
  static Map<String, List<Object>> batches(String label, Object data, Map<String, DType> wanted) {
    Map<String, List<Object>> out = new LinkedHashMap<>();
    wanted.keySet().forEach(n -> out.put(n, new ArrayList<>()));
    if (data instanceof Map<?, ?> m) {
      Map<String, Object> columns = named(label, m);
      wanted.forEach((name, dtype) ->
          slices(typed(label, name, there(label, columns, name), dtype), column(out, name)));
      return out;
    }
    DataSource source = source(label, data);
    Map<String, List<NDArray>> single = new LinkedHashMap<>();
    Iterator<Object> it = source.inputs().iterator();
    try (Ending end = () -> close(it)) {
      while (it.hasNext()) {
        Map<String, Object> columns = of(label, it.next());
        wanted.forEach((name, dtype) -> {
          NDArray a = typed(label, name, there(label, columns, name), dtype);
          if (a.rank() == 0) {
            single.computeIfAbsent(name, n -> new ArrayList<>()).add(a);
          } else {
            column(out, name).add(a.rank() == 1 ? a.reshape(a.size(), 1) : a);
          }
        });
      }
    }
    single.forEach(
        (name, values) -> slices(together(values), Objects.requireNonNull(out.get(name))));
    return out;
  }

  private interface Ending extends AutoCloseable {
    @Override
    void close();
  }

  private static void close(Iterator<?> it) {
    if (it instanceof AutoCloseable c) {
      try {
        c.close();
      } catch (Exception e) {
        throw new IllegalStateException("The data source could not be closed", e);
      }
    }
  }

  private static DataSource source(String label, Object data) {
    if (data instanceof DataSource s) {
      return s;
    } else if (data instanceof Stream<?> s) {
      return new IterableSource(s);
    } else if (data instanceof Iterator<?> i) {
      return new IterableSource(i);
    } else if (data instanceof Supplier<?> s) {
      return new IterableSource(s);
    } else if (data instanceof Flow.Publisher<?> p) {
      return new PublisherSource(p);
    } else if (data instanceof Iterable<?> i) {
      return new IterableSource(i);
    }
    throw new IllegalArgumentException(
        label + ": adapt expects a map of columns, rows or batches that"
            + " are maps, or a data source of such batches, got "
            + data.getClass().getName());
  }

  private static Object there(String label, Map<String, Object> columns, String name) {
    Object v = columns.get(name);
    if (v == null) {
      throw new IllegalArgumentException(
          label + ": has a feature '" + name + "', the data has " + columns.keySet());
    }
    return v;
  }

  private static NDArray together(List<NDArray> scalars) {
    List<Object> values = new ArrayList<>();
    DType dtype = scalars.get(0).dtype();
    scalars.forEach(a -> values.add(
        dtype == DType.STRING
            ? a.getString(0)
            : dtype.isFloat() ? (Object) a.getDouble(0) : (Object) a.getLong(0)));
    NDArray out = NDArray.from(values);
    return out.dtype() == dtype ? out : out.astype(dtype);
  }

  // a column of scalars comes in batches of (32, 1); of longer elements each is a batch, a vector
  // as a column
  private static void slices(NDArray column, List<Object> out) {
    if (column.rank() == 0) {
      out.add(column.reshape(1, 1));
      return;
    }
    int rows = (int) column.shape().dim(0);
    int each = rows == 0 ? 0 : column.size() / rows;
    int step = column.rank() == 1 ? BATCH : 1;
    for (int i = 0; i < rows; i += step) {
      int n = Math.min(step, rows - i);
      NDArray part = column.slice(i, i + n);
      out.add(
          column.rank() == 1
              ? part.reshape(n, 1)
              : column.rank() == 2
                  ? part.reshape(each, 1)
                  : part.reshape(column.shape().without(0).toArray()));
    }
  }
}
