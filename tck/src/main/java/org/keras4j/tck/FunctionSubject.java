package org.keras4j.tck;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.TensorSpec;
import org.keras4j.ops.internal.surface.Signature;
import org.keras4j.ops.internal.surface.Surface;
import org.keras4j.ops.internal.surface.SurfaceFunction;

/** A public function. */
final class FunctionSubject implements Subject {
  private final Case c;
  private final SurfaceFunction function;

  FunctionSubject(Case c) {
    this.c = c;
    SurfaceFunction f = Surface.find(c.name());
    if (f == null) {
      throw new NotBuiltException(c.name());
    }
    this.function = f;
  }

  @Override
  @SuppressWarnings("unchecked")
  public Map<String, @Nullable Object> call(IntFunction<? extends @Nullable Object> values) {
    List<Object> args = (List<Object>) Codec.decode(c.get("args"), values);
    Map<String, Object> kwargs = (Map<String, Object>) Codec.decode(c.get("kwargs"), values);
    Map<String, @Nullable Object> out = new HashMap<>();
    out.put("outputs", function.call(args, kwargs));
    return out;
  }

  @Override
  public Set<Integer> inputKeys() {
    return Codec.keys(List.of(c.list("args"), c.record().getOrDefault("kwargs", Map.of())));
  }

  @Override
  public boolean hasBatch(TensorSpec argument, @Nullable TensorSpec first) {
    return argument.rank() >= ValueDependence.batchedRank(c.name())
        && argument.dim(0) != 1
        && (first == null || !ValueDependence.onlyFirstIsBatched(c.name()));
  }

  @Override
  public boolean makesGraphs() {
    return !ValueDependence.of(c.name());
  }

  @Override
  public Set<Integer> staticKeys() {
    Set<Integer> out = new TreeSet<>();
    Set<String> names = ValueDependence.staticArguments(c.name());
    List<Signature.Parameter> parameters = function.signature().parameters();
    List<?> args = c.list("args");
    for (int i = 0; i < Math.min(args.size(), parameters.size()); i++) {
      if (names.contains(parameters.get(i).name())) {
        out.addAll(Codec.keys(args.get(i)));
      }
    }
    if (c.get("kwargs") instanceof Map<?, ?> kwargs) {
      names.forEach(n -> out.addAll(Codec.keys(kwargs.get(n))));
    }
    return out;
  }

  @Override
  public boolean takesTensors() {
    return !c.name().startsWith("keras.utils.") && !c.name().startsWith("keras.preprocessing.");
  }
}
