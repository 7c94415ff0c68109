package org.keras4j.hub.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.Ops;

/** The weights of a model of ours as another library's arrays. */
final class ModelSource implements WeightSource {
  private final String model;
  private final Map<String, WeightMap.Match[]> arrays = new LinkedHashMap<>();

  ModelSource(String model, Map<String, WeightMap.@Nullable Match[]> arrays) {
    this.model = model;
    arrays.forEach((name, parts) -> {
      List<WeightMap.Match> whole = new ArrayList<>();
      for (WeightMap.Match m : parts) {
        if (m == null) {
          throw new IllegalArgumentException(
              "WeightMap: " + model + " has not all parts of " + name);
        }
        whole.add(m);
      }
      this.arrays.put(name, whole.toArray(new WeightMap.Match[0]));
    });
  }

  private WeightMap.Match[] parts(String name) {
    WeightMap.Match[] parts = arrays.get(name);
    if (parts == null) {
      throw UnknownNames.in(model, name, names());
    }
    return parts;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(arrays.keySet());
  }

  @Override
  public Shape shape(String name) {
    WeightMap.Match first = parts(name)[0];
    return first.layout().arrayShape(first.variable().shape());
  }

  @Override
  public DType dtype(String name) {
    return parts(name)[0].variable().dtype();
  }

  @Override
  public NDArray read(String name) {
    WeightMap.Match[] parts = parts(name);
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> pieces = Arrays.stream(parts)
          .map(m ->
              m.layout().piece(Ops.convertToTensor(m.weight().layer().savedValue(m.variable()))))
          .toList();
      Tensor whole = pieces.size() == 1
          ? pieces.get(0)
          : Ops.concatenate(pieces, parts[0].layout().partAxis());
      return whole.toNDArray();
    }
  }

  @Override
  public void close() {
    // the model stays
  }
}
