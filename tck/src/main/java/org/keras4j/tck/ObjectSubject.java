package org.keras4j.tck;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.regularizers.Regularizer;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.Loss;
import org.keras4j.training.schedules.LearningRateSchedule;

/** An object made from its config, which is called: a loss, an initializer, a schedule, and the like. */
final class ObjectSubject implements Subject {
  private final Case c;
  private final Object object;

  ObjectSubject(Case c, Object object) {
    this.c = c;
    this.object = object;
  }

  @Override
  public Map<String, @Nullable Object> call(IntFunction<? extends @Nullable Object> values) {
    Map<String, @Nullable Object> out = new HashMap<>();
    out.put("outputs", result(values));
    return out;
  }

  private Tensor result(IntFunction<? extends @Nullable Object> values) {
    if (object instanceof Loss l) {
      Object[] a = Arguments.of(c.record(), values, "y_true", "y_pred", "sample_weight");
      return l.invoke(a[0], a[1], a[2]);
    } else if (object instanceof LearningRateSchedule s) {
      return s.call(Arguments.of(c.record(), values, "step")[0]);
    } else if (object instanceof Regularizer r) {
      return r.call(Ops.convertToTensor(Arguments.of(c.record(), values, "x")[0]));
    } else if (object instanceof Constraint k) {
      return k.call(Ops.convertToTensor(Arguments.of(c.record(), values, "w")[0]));
    } else if (object instanceof Initializer i) {
      Object[] a = Arguments.of(c.record(), values, "shape", "dtype");
      DType d = DType.from(a[1]);
      Object shape = a[0] instanceof List ? a[0] : List.of(a[0]);
      return i.call(Shape.of((List<?>) shape), d == null ? Keras.floatx() : d);
    }
    throw new NotBuiltException("calls of " + object.getClass().getName());
  }

  @Override
  public Set<Integer> inputKeys() {
    return Codec.keys(List.of(c.list("args"), c.record().getOrDefault("kwargs", Map.of())));
  }

  @Override
  public boolean hasBatch(TensorSpec argument, @Nullable TensorSpec first) {
    return argument.rank() > 1 && argument.dim(0) != 1 && c.category().equals("losses");
  }
}
