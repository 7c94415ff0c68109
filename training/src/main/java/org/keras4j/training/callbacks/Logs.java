package org.keras4j.training.callbacks;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.ops.internal.engine.Engine;

/**
 * Losses and metrics by name, sorted. Values that still lie on the device are read when first asked for, so
 * who does not look does not wait. A callback may add entries for those after it.
 */
public final class Logs extends AbstractMap<String, Double> {
  private final Map<String, Object> values = new TreeMap<>();

  public Logs() {}

  /** Numbers, scalar tensors or arrays by name. */
  public Logs(Map<String, ?> values) {
    this.values.putAll(values);
  }

  /** The number of a name, read from the device if it still lies there; null if there is none. */
  @Override
  public @Nullable Double get(Object name) {
    Object v = values.get(name);
    if (v instanceof Tensor t) {
      v = mean(t.toNDArray());
      values.put((String) name, v);
    } else if (v instanceof NDArray a) {
      v = mean(a);
    }
    return v == null ? null : (Double) ((Number) v).doubleValue();
  }

  // the device is waited for once, not for each value
  private void readTogether() {
    List<Object> tensors = new ArrayList<>();
    for (Object v : values.values()) {
      if (v instanceof Tensor) {
        tensors.add(v);
      }
    }
    if (tensors.size() > 1 && Engine.toHost(tensors) instanceof List<?> arrays) {
      Iterator<?> next = arrays.iterator();
      values.replaceAll((name, v) -> v instanceof Tensor ? mean((NDArray) next.next()) : v);
    }
  }

  // a metric with one value a class is shown as their mean
  private static double mean(NDArray a) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += a.getDouble(i);
    }
    return sum / a.size();
  }

  /** The value as it is: a number, or a tensor on the device. */
  public @Nullable Object raw(String name) {
    return values.get(name);
  }

  @Override
  public @Nullable Double put(String name, Double value) {
    Object before = values.put(name, value);
    return before instanceof Number n ? (Double) n.doubleValue() : null;
  }

  @Override
  public boolean containsKey(Object name) {
    return values.containsKey(name);
  }

  /** The names. */
  @Override
  public Set<String> keySet() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** All numbers; reads what still lies on the device. */
  @Override
  public Set<Entry<String, Double>> entrySet() {
    readTogether();
    Map<String, Double> all = new LinkedHashMap<>();
    for (String k : values.keySet().toArray(new String[0])) {
      all.put(k, get(k));
    }
    return all.entrySet();
  }
}
