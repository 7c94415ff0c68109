package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/** The variables of an optimizer, in Keras's order, and those that it changes. */
final class OptimizerVariables {
  private final Optimizer optimizer;
  private final List<Variable> all = new ArrayList<>();
  private final Map<Variable, Integer> indices = new HashMap<>();
  private List<Variable> trainable = List.of();

  OptimizerVariables(Optimizer optimizer) {
    this.optimizer = optimizer;
  }

  List<Variable> all() {
    return List.copyOf(all);
  }

  /** Those that the optimizer was built for. */
  List<Variable> trainable() {
    return trainable;
  }

  void buildFor(List<Variable> variables) {
    for (int i = 0; i < variables.size(); i++) {
      indices.put(variables.get(i), i);
    }
    this.trainable = List.copyOf(variables);
  }

  int indexOf(Variable v) {
    Integer i = indices.get(v);
    if (i == null) {
      throw new IllegalArgumentException(optimizer.label() + ": " + v
          + " is not among the variables it was built for; make a new optimizer");
    }
    return i;
  }

  void renamed(String name) {
    for (Variable v : all) {
      v.setPath(name + "/" + v.name());
    }
  }

  // ---- making them

  /** A scalar that every optimizer has; the first value may be a supplier of it. */
  Variable addCounter(String name, DType dtype, Object first) {
    Variable v = new Variable(
        name,
        new TensorSpec(Shape.SCALAR, dtype),
        false,
        () -> ArrayLike.tensor(first instanceof Supplier<?> s ? s.get() : first, dtype));
    v.setAggregation("only_first_replica");
    track(v);
    return v;
  }

  void remove(Variable v) {
    all.remove(v);
  }

  void track(Variable v) {
    v.setPath(optimizer.name() + "/" + v.name());
    v.setAutocast(false);
    all.add(v);
  }

  Variable add(String name, Shape shape, DType dtype, Object initializer) {
    Initializer init = initializer instanceof Number
            || initializer instanceof Supplier
            || "zeros".equals(initializer)
        ? null
        : Initializer.get(initializer);
    double fill = initializer instanceof Number n ? n.doubleValue() : 0;
    Supplier<Tensor> made =
        init == null ? () -> Prims.full(shape, dtype, fill) : init.later(shape, dtype);
    Variable v = new Variable(
        name,
        new TensorSpec(shape, dtype),
        false,
        initializer instanceof Supplier<?> supplier ? () -> (Tensor) supplier.get() : made);
    track(v);
    return v;
  }

  Variable addLike(Variable reference, String suffix, Object initializer) {
    Variable slot = add(
        reference.path().replace('/', '_') + "_" + suffix,
        reference.shape(),
        reference.dtype(),
        initializer);
    slot.setReference(reference);
    return slot;
  }

  List<List<@Nullable Variable>> addSlots(
      List<Variable> of, List<String> slots, List<?> initializers) {
    List<List<@Nullable Variable>> out = new ArrayList<>();
    slots.forEach(s -> out.add(new ArrayList<>()));
    for (Variable v : of) {
      for (int i = 0; i < slots.size(); i++) {
        out.get(i)
            .add(
                v.isOverwriteWithGradient() ? null : addLike(v, slots.get(i), initializers.get(i)));
      }
    }
    return out;
  }

  // ---- their values

  /** Pairs variables with values, refusing another number of them. */
  void pair(
      Map<Variable, Tensor> to, List<Variable> of, List<? extends Tensor> values, String what) {
    if (of.size() != values.size()) {
      throw new IllegalArgumentException(optimizer.label() + ": expected a value for each of "
          + of.size() + " " + what + " variables, got " + values.size());
    }
    for (int i = 0; i < of.size(); i++) {
      to.put(of.get(i), values.get(i));
    }
  }

  void assign(List<Variable> own, List<NDArray> weights) {
    for (int i = 0; i < Math.min(own.size(), weights.size()); i++) {
      Variable v = own.get(i);
      NDArray w = weights.get(i);
      if (!w.shape().equals(v.shape())) {
        throw new IllegalArgumentException(optimizer.label() + ": variable '" + v.path()
            + "' has shape " + v.shape() + ", got " + w.shape());
      }
      v.assign(Engine.constant(w.astype(v.dtype())));
    }
  }
}
