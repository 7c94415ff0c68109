package org.keras4j.hub.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** Arrays in memory. */
final class ArraySource implements WeightSource {
  private final Map<String, NDArray> arrays;

  ArraySource(Map<String, NDArray> arrays) {
    this.arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
  }

  @Override
  public Set<String> names() {
    return arrays.keySet();
  }

  @Override
  public Shape shape(String name) {
    return read(name).shape();
  }

  @Override
  public DType dtype(String name) {
    return read(name).dtype();
  }

  @Override
  public NDArray read(String name) {
    NDArray a = arrays.get(name);
    if (a == null) {
      throw UnknownNames.in("The source", name, names());
    }
    return a;
  }

  @Override
  public void close() {
    // nothing is open
  }
}
