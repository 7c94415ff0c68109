package org.keras4j.hub.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** The arrays of another source, some of them taken apart along the first axis. */
final class UnstackedSource implements WeightSource {
  private final WeightSource source;
  private final Map<String, Stack.Place> parts = new LinkedHashMap<>();
  // the parts of one are read one after another
  private @Nullable String last;
  private @Nullable NDArray whole;

  private UnstackedSource(WeightSource source, List<Stack> stacks) {
    this.source = source;
    for (String name : source.names()) {
      boolean apart = false;
      for (Stack s : stacks) {
        String first = s.part(name, 0);
        int count = first == null ? 0 : source.shape(name).intDim(0);
        for (int i = 0; i < count; i++) {
          parts.put(String.valueOf(s.part(name, i)), new Stack.Place(name, i));
        }
        apart |= first != null;
      }
      if (!apart) {
        parts.put(name, new Stack.Place(name, -1));
      }
    }
  }

  static WeightSource of(WeightSource source, List<Stack> stacks) {
    return stacks.isEmpty() ? source : new UnstackedSource(source, stacks);
  }

  private Stack.Place place(String name) {
    Stack.Place p = parts.get(name);
    if (p == null) {
      throw UnknownNames.in("The source", name, names());
    }
    return p;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(parts.keySet());
  }

  @Override
  public Shape shape(String name) {
    Stack.Place p = place(name);
    Shape s = source.shape(p.whole());
    return p.index() < 0 ? s : s.slice(1);
  }

  @Override
  public DType dtype(String name) {
    return source.dtype(place(name).whole());
  }

  @Override
  public synchronized NDArray read(String name) {
    Stack.Place p = place(name);
    if (p.index() < 0) {
      return source.read(p.whole());
    }
    NDArray all = whole;
    if (all == null || !p.whole().equals(last)) {
      all = source.read(p.whole());
      last = p.whole();
      whole = all;
    }
    return all.slice(p.index(), p.index() + 1).reshape(shape(name).toArray());
  }

  @Override
  public void close() {
    source.close();
  }
}
