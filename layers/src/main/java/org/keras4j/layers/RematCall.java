package org.keras4j.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.context.Context;
import org.keras4j.ops.grad.Remat;
import org.keras4j.ops.grad.RematScope;
import org.keras4j.ops.internal.engine.Trace;

/** The call of a layer that was made in a {@link RematScope}: it forgets what it computed, and runs again. */
final class RematCall {
  // a call that only tells the size of the output
  private static final Context.Key<Boolean> MEASURING = Context.Key.inherited("measuring");

  private RematCall() {}

  /** Whether a layer forgets: as its scope says, and only where gradients can be taken, in a trace. */
  static boolean applies(Layer layer, @Nullable RematScope scope, Supplier<Object> outputSpec) {
    if (scope == null
        || scope.mode() == null
        || Trace.current() == null
        || MEASURING.get() != null) {
      return false;
    }
    return switch (scope.mode()) {
      case "full" -> true;
      case "list_of_layers" -> scope.layerNames().contains(layer.name());
      case "larger_than" -> size(layer, outputSpec) > scope.outputSizeThreshold();
      default -> false;
    };
  }

  private static double size(Layer layer, Supplier<Object> outputSpec) {
    Map<Layer, Integer> before = lossCounts(layer);
    try {
      double size = 0;
      for (Tensor t : Nest.tensors(MEASURING.with(true, outputSpec))) {
        double n = 1;
        for (long d : t.shape().toArray()) {
          n *= Math.max(d, 1);
        }
        size += n;
      }
      return size;
    } finally {
      before.forEach((l, n) -> l.losses.take(n));
    }
  }

  /** Calls; losses that the layer or those inside add are results like the outputs. */
  static Object run(Layer layer, @Nullable Object input, UnaryOperator<@Nullable Object> call) {
    List<Layer> owners = new ArrayList<>();
    UnaryOperator<@Nullable Object> body = x -> {
      owners.clear();
      Map<Layer, Integer> before = lossCounts(layer);
      Object out = call.apply(x);
      List<Object> all = new ArrayList<>();
      all.add(out);
      before.forEach((l, n) -> {
        for (Tensor t : l.losses.take(n)) {
          owners.add(l);
          all.add(t);
        }
      });
      return all;
    };
    List<?> all = (List<?>) Remat.of(body).apply(input);
    for (int i = 0; i < owners.size(); i++) {
      owners.get(i).addLoss((Tensor) all.get(i + 1));
    }
    return all.get(0);
  }

  private static Map<Layer, Integer> lossCounts(Layer layer) {
    Map<Layer, Integer> out = new LinkedHashMap<>();
    layer.flattenLayers(true).forEach(l -> out.put(l, l.losses.count()));
    return out;
  }
}
