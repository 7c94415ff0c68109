package org.keras4j.hub.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** The arrays of another source under other names. */
final class RenamedSource implements WeightSource {
  private final WeightSource source;
  private final Map<String, String> names = new LinkedHashMap<>();

  RenamedSource(WeightSource source, UnaryOperator<String> rename) {
    this.source = source;
    for (String name : source.names()) {
      String other = names.put(rename.apply(name), name);
      if (other != null) {
        throw new IllegalArgumentException("renamed: '" + other + "' and '" + name
            + "' would both be '" + rename.apply(name) + "'");
      }
    }
  }

  private String original(String name) {
    String original = names.get(name);
    if (original == null) {
      throw UnknownNames.in("The source", name, names.keySet());
    }
    return original;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(names.keySet());
  }

  @Override
  public Shape shape(String name) {
    return source.shape(original(name));
  }

  @Override
  public DType dtype(String name) {
    return source.dtype(original(name));
  }

  @Override
  public NDArray read(String name) {
    return source.read(original(name));
  }

  @Override
  public void close() {
    source.close();
  }
}
