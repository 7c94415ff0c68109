package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Prims;

/** What one step of an optimizer does around its arithmetic: gradients are accumulated, clipped, and variables decayed. */
final class OptimizerStep {
  private static final Log LOG = Log.of(Optimizer.class);

  private final Optimizer optimizer;
  private List<Variable> sums = List.of(); // of gradients

  OptimizerStep(Optimizer optimizer) {
    this.optimizer = optimizer;
  }

  void build(List<Variable> trainable) {
    if (optimizer.accumulated() != null) {
      sums = trainable.stream()
          .map(v -> optimizer.addVariableFromReference(v, "gradient_accumulator", "zeros"))
          .toList();
    }
  }

  void apply(List<? extends @Nullable Tensor> grads, List<Variable> of) {
    if (grads.isEmpty()) {
      return;
    }
    String label = optimizer.label();
    if (grads.size() != of.size()) {
      throw new IllegalArgumentException(label + ": expected a gradient for each variable, got "
          + grads.size() + " gradients and " + of.size() + " variables");
    }
    if (!optimizer.isBuilt()) {
      optimizer.build(of);
    }
    of.forEach(optimizer::indexOf);
    List<Tensor> g = new ArrayList<>();
    List<Variable> v = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    Double scale = optimizer.lossScaleFactor;
    for (int i = 0; i < of.size(); i++) {
      Tensor t = grads.get(i);
      if (t == null) {
        missing.add(of.get(i).path());
      } else if (of.get(i).isOverwriteWithGradient()) {
        overwrite(of.get(i), t);
      } else {
        g.add(scale == null ? t : Ops.divide(t, scale));
        v.add(of.get(i));
      }
    }
    if (missing.size() == of.size()) {
      throw new IllegalArgumentException(label + ": no gradient for any variable");
    }
    if (!missing.isEmpty()) {
      LOG.warn(label + ": there are no gradients for " + missing
          + "; is there a loss that depends on them?");
    }
    if (!g.isEmpty()) {
      accumulate(g, v);
      optimizer.averages.update();
      for (Variable x : v) {
        if (x.constraint() instanceof Constraint c) {
          x.assign(c.call(x.value()));
        }
      }
    }
    Variable n = optimizer.iterationsVariable();
    n.assign(Prims.add(n.value(), Prims.scalar(DType.INT32, 1L)));
  }

  // a float8 scale's gradient is its new value: the largest of those accumulated
  private void overwrite(Variable v, Tensor gradient) {
    Integer steps = optimizer.accumulated();
    if (steps == null) {
      v.assign(gradient);
      return;
    }
    Variable sum = sums.get(optimizer.indexOf(v));
    Tensor largest = Ops.maximum(gradient, sum.value());
    Tensor now = isLast(steps);
    v.assign(Ops.where(now, largest, v.value()));
    sum.assign(Ops.where(now, Prims.zerosLike(gradient), largest));
  }

  /** Whether this is the last of so many steps. */
  private Tensor isLast(int steps) {
    return dividesNext(optimizer.iterationsVariable().value(), steps);
  }

  /** Whether n divides count + 1. */
  static Tensor dividesNext(Tensor count, int n) {
    Tensor next = Prims.add(count, Prims.scalar(DType.INT32, 1L));
    Tensor m = Ops.mod(next, Prims.scalar(DType.INT32, (long) n));
    return Prims.eq(m, Prims.scalar(DType.INT32, 0L));
  }

  private void accumulate(List<Tensor> grads, List<Variable> of) {
    Integer steps = optimizer.accumulated();
    if (steps == null) {
      update(grads, of);
      return;
    }
    List<Variable> own = new ArrayList<>();
    of.forEach(v -> own.add(sums.get(optimizer.indexOf(v))));
    List<Variable> state = new ArrayList<>(of);
    state.addAll(optimizer.variables());
    Conditional.run(
        isLast(steps),
        state,
        () -> {
          List<Tensor> mean = new ArrayList<>();
          for (int i = 0; i < grads.size(); i++) {
            mean.add(Ops.divide(Ops.add(grads.get(i), own.get(i).value()), (double) steps));
          }
          update(mean, of);
          sums.forEach(a -> a.assign(Prims.full(a.shape(), a.dtype(), 0)));
        },
        () -> {
          for (int i = 0; i < grads.size(); i++) {
            own.get(i).assign(Ops.add(grads.get(i), own.get(i).value()));
          }
        });
  }

  private void update(List<Tensor> grads, List<Variable> of) {
    List<Tensor> clipped = clip(grads);
    optimizer.applyWeightDecay(of);
    optimizer.updateAll(clipped, of, optimizer.learningRate());
  }

  private List<Tensor> clip(List<Tensor> grads) {
    if (optimizer.clipnorm != null && optimizer.clipnorm > 0) {
      return Clipping.byNorm(grads, optimizer.clipnorm);
    } else if (optimizer.globalClipnorm != null && optimizer.globalClipnorm > 0) {
      return Clipping.byGlobalNorm(grads, optimizer.globalClipnorm);
    } else if (optimizer.clipvalue != null && optimizer.clipvalue > 0) {
      return Clipping.byValue(grads, optimizer.clipvalue);
    }
    return grads;
  }

  /** Shrinks a variable. */
  void decay(Variable v, double by) {
    Tensor w = v.value();
    Tensor rate = Prims.convert(optimizer.learningRate(), v.dtype());
    v.assign(Ops.subtract(w, Ops.multiply(Ops.multiply(w, by), rate)));
  }
}
