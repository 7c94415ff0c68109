package org.keras4j.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.data.Column;
import org.keras4j.data.Table;
import org.keras4j.data.TableSource;
import org.keras4j.training.data.Batch;

/** Which columns of a dataset are inputs, targets and sample weights; travels to the executors. */
final class Columns implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LinkedHashMap<String, Column> inputs = new LinkedHashMap<>();
  private final LinkedHashMap<String, Column> targets = new LinkedHashMap<>();
  private boolean namedInputs;
  private boolean namedTargets;
  private @Nullable String weight;

  void input(@Nullable String name, Column column) {
    namedInputs = put(inputs, name, namedInputs, column);
  }

  void target(@Nullable String name, Column column) {
    namedTargets = put(targets, name, namedTargets, column);
  }

  private static boolean put(
      Map<String, Column> to, @Nullable String name, boolean named, Column column) {
    if (!to.isEmpty() && named != (name != null)) {
      throw new IllegalArgumentException(
          "SparkTrainer: all inputs have names, and all targets, or none");
    }
    to.put(name == null ? Integer.toString(to.size()) : name, column);
    return name != null;
  }

  void weight(String column) {
    weight = column;
  }

  boolean hasInputs() {
    return !inputs.isEmpty();
  }

  /** All columns that are read. */
  List<String> names() {
    Set<String> out = new LinkedHashSet<>();
    inputs.values().forEach(c -> out.addAll(c.names()));
    targets.values().forEach(c -> out.addAll(c.names()));
    if (weight != null) {
      out.add(weight);
    }
    return List.copyOf(out);
  }

  /** The inputs alone. */
  Columns withoutTargets() {
    Columns out = new Columns();
    out.inputs.putAll(inputs);
    out.namedInputs = namedInputs;
    return out;
  }

  /** Batches of a table's rows, in their order. */
  TableSource source(Table table, int batchSize) {
    TableSource s = TableSource.of(table).batchSize(batchSize);
    inputs.forEach((name, c) -> {
      if (namedInputs) {
        s.input(name, c);
      } else {
        s.x(c);
      }
    });
    targets.forEach((name, c) -> {
      if (namedTargets) {
        s.target(name, c);
      } else {
        s.y(c);
      }
    });
    if (weight != null) {
      s.sampleWeight(weight);
    }
    return s;
  }

  /** The arrays of a batch: inputs, targets, sample weights. */
  List<NDArray> arrays(Batch b) {
    List<NDArray> out = new ArrayList<>();
    take(b.x(), inputs, out);
    if (b.y() != null) {
      take(b.y(), targets, out);
    }
    if (b.sampleWeight() instanceof NDArray a) {
      out.add(a);
    }
    return out;
  }

  private static void take(Object nested, Map<String, Column> columns, List<NDArray> out) {
    if (nested instanceof NDArray a) {
      out.add(a);
    } else if (nested instanceof List<?> l) {
      l.forEach(a -> out.add((NDArray) a));
    } else if (nested instanceof Map<?, ?> m) {
      columns.keySet().forEach(name -> out.add((NDArray) m.get(name)));
    }
  }

  /** The batch of some arrays, as {@link #arrays} gives them. */
  Batch batch(List<NDArray> arrays) {
    int end = inputs.size() + targets.size();
    return new Batch(
        nested(inputs, namedInputs, arrays.subList(0, inputs.size())),
        targets.isEmpty()
            ? null
            : nested(targets, namedTargets, arrays.subList(inputs.size(), end)),
        weight == null ? null : arrays.get(end));
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
}
