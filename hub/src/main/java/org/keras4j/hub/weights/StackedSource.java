package org.keras4j.hub.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.Ops;

/** The arrays of another source, some of them joined along a new first axis. */
final class StackedSource implements WeightSource {
  private final WeightSource source;
  private final Map<String, List<String>> parts = new LinkedHashMap<>();
  private final Set<String> names;

  private StackedSource(WeightSource source, List<Stack> stacks) {
    this.source = source;
    Map<String, TreeMap<Integer, String>> found = new LinkedHashMap<>();
    Set<String> all = new LinkedHashSet<>();
    for (String name : source.names()) {
      Stack.Place place = null;
      for (Stack s : stacks) {
        place = place == null ? s.place(name) : place;
      }
      if (place != null) {
        found.computeIfAbsent(place.whole(), w -> new TreeMap<>()).put(place.index(), name);
      }
      all.add(place == null ? name : place.whole());
    }
    found.forEach((whole, numbered) -> {
      if (numbered.lastKey() != numbered.size() - 1) {
        throw new IllegalArgumentException("WeightMap: of the parts of " + whole + " there are "
            + numbered.size() + ", the last is number " + numbered.lastKey());
      }
      parts.put(whole, new ArrayList<>(numbered.values()));
    });
    names = Collections.unmodifiableSet(all);
  }

  static WeightSource of(WeightSource source, List<Stack> stacks) {
    return stacks.isEmpty() ? source : new StackedSource(source, stacks);
  }

  @Override
  public Set<String> names() {
    return names;
  }

  @Override
  public Shape shape(String name) {
    List<String> all = parts.get(name);
    return all == null ? source.shape(name) : source.shape(all.get(0)).insert(0, all.size());
  }

  @Override
  public DType dtype(String name) {
    List<String> all = parts.get(name);
    return source.dtype(all == null ? name : all.get(0));
  }

  @Override
  public NDArray read(String name) {
    List<String> all = parts.get(name);
    if (all == null) {
      return source.read(name);
    }
    Shape first = source.shape(all.get(0));
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> pieces = new ArrayList<>();
      for (String part : all) {
        if (!source.shape(part).equals(first)) {
          throw new IllegalArgumentException("WeightMap: the parts of " + name
              + " have different shapes, " + first + " and " + source.shape(part));
        }
        pieces.add(Ops.convertToTensor(source.read(part)));
      }
      return Ops.stack(pieces, 0).toNDArray();
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
