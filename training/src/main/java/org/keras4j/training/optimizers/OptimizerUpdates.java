package org.keras4j.training.optimizers;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.constraints.Constraint;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How an optimizer changes variables: accumulated, clipped and decayed gradients, moving averages. */
abstract class OptimizerUpdates extends OptimizerState {
  private static final Logger LOG = LoggerFactory.getLogger(Optimizer.class);

  OptimizerUpdates(Object learningRate) {
    super(learningRate);
  }

  /**
   * Updates one variable.
   *
   * @param gradient of the variable's shape
   * @param learningRate a scalar
   */
  protected abstract void updateStep(Tensor gradient, Variable variable, Tensor learningRate);

  /** Updates all variables; one by one, unless overridden. */
  protected void updateAll(List<Tensor> grads, List<Variable> of, Tensor rate) {
    for (int i = 0; i < of.size(); i++) {
      updateStep(grads.get(i), of.get(i), rate);
    }
  }

  /** Updates the variables it was built for. */
  public final void apply(List<? extends @Nullable Tensor> grads) {
    if (!built) {
      throw new IllegalStateException(
          label() + ": is not built, so it needs the variables beside the gradients");
    }
    if (grads.size() != trainableVariables.size()) {
      throw new IllegalArgumentException(label() + ": expected a gradient for each of "
          + trainableVariables.size() + " variables, got " + grads.size());
    }
    apply(grads, trainableVariables);
  }

  /**
   * Updates variables; the first call builds the optimizer for them.
   *
   * @param grads one for each variable, null where there is none
   * @throws IllegalArgumentException if there is no gradient at all, or a variable is unknown
   */
  public void apply(List<? extends @Nullable Tensor> grads, List<Variable> of) {
    if (grads.isEmpty()) {
      return;
    }
    if (grads.size() != of.size()) {
      throw new IllegalArgumentException(label() + ": expected a gradient for each variable, got "
          + grads.size() + " gradients and " + of.size() + " variables");
    }
    if (!built) {
      build(of);
    }
    of.forEach(this::indexOf);
    List<Tensor> g = new ArrayList<>();
    List<Variable> v = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    boolean any = false;
    for (int i = 0; i < of.size(); i++) {
      Tensor t = grads.get(i);
      if (t == null) {
        missing.add(of.get(i).path());
        continue;
      }
      any = true;
      if (of.get(i).isOverwriteWithGradient()) {
        overwrite(of.get(i), t);
      } else {
        g.add(lossScaleFactor == null ? t : Ops.divide(t, lossScaleFactor));
        v.add(of.get(i));
      }
    }
    if (!any) {
      throw new IllegalArgumentException(label() + ": no gradient for any variable");
    }
    if (!missing.isEmpty()) {
      LOG.warn(
          "{}: there are no gradients for {}; is there a loss that depends on them?",
          label(),
          missing);
    }
    if (!g.isEmpty()) {
      step(g, v);
      for (Variable x : v) {
        if (x.constraint() instanceof Constraint c) {
          x.assign(c.call(x.value()));
        }
      }
    }
    iterations.assign(Prims.add(iterations.value(), Prims.scalar(DType.INT32, 1L)));
  }

  // a float8 scale's gradient is its new value: the largest of those accumulated
  private void overwrite(Variable v, Tensor gradient) {
    if (gradientAccumulationSteps == null) {
      v.assign(gradient);
      return;
    }
    Variable sum = accumulators.get(indexOf(v));
    Tensor largest = Ops.maximum(gradient, sum.value());
    Tensor now = isUpdateStep();
    v.assign(Ops.where(now, largest, v.value()));
    sum.assign(Ops.where(now, Prims.zerosLike(gradient), largest));
  }

  private Tensor isUpdateStep() {
    return dividesNext(iterations.value(), gradientAccumulationSteps);
  }

  // whether n divides count + 1
  private static Tensor dividesNext(Tensor count, int n) {
    Tensor next = Prims.add(count, Prims.scalar(DType.INT32, 1L));
    Tensor m = Ops.mod(next, Prims.scalar(DType.INT32, (long) n));
    return Prims.eq(m, Prims.scalar(DType.INT32, 0L));
  }

  private void step(List<Tensor> grads, List<Variable> of) {
    if (gradientAccumulationSteps == null) {
      update(grads, of);
    } else {
      List<Variable> sums = new ArrayList<>();
      of.forEach(v -> sums.add(accumulators.get(indexOf(v))));
      List<Variable> state = new ArrayList<>(of);
      state.addAll(variables());
      Conditional.run(
          isUpdateStep(),
          state,
          () -> {
            List<Tensor> mean = new ArrayList<>();
            for (int i = 0; i < grads.size(); i++) {
              mean.add(Ops.divide(
                  Ops.add(grads.get(i), sums.get(i).value()), (double) gradientAccumulationSteps));
            }
            update(mean, of);
            accumulators.forEach(a -> a.assign(Prims.full(a.shape(), a.dtype(), 0)));
          },
          () -> {
            for (int i = 0; i < grads.size(); i++) {
              sums.get(i).assign(Ops.add(grads.get(i), sums.get(i).value()));
            }
          });
    }
    if (useEma) {
      average();
    }
  }

  private void update(List<Tensor> grads, List<Variable> of) {
    List<Tensor> clipped = clip(grads);
    applyWeightDecay(of);
    updateAll(clipped, of, learningRate());
  }

  private List<Tensor> clip(List<Tensor> grads) {
    if (clipnorm != null && clipnorm > 0) {
      return Clipping.byNorm(grads, clipnorm);
    } else if (globalClipnorm != null && globalClipnorm > 0) {
      return Clipping.byGlobalNorm(grads, globalClipnorm);
    } else if (clipvalue != null && clipvalue > 0) {
      return Clipping.byValue(grads, clipvalue);
    }
    return grads;
  }

  /** Shrinks the variables by weight decay, before the update. */
  protected void applyWeightDecay(List<Variable> of) {
    if (weightDecay != null) {
      of.stream().filter(this::usesWeightDecay).forEach(v -> decay(v, weightDecay));
    }
  }

  final void decay(Variable v, double by) {
    Tensor w = v.value();
    Tensor rate = Prims.convert(learningRate(), v.dtype());
    v.assign(Ops.subtract(w, Ops.multiply(Ops.multiply(w, by), rate)));
  }

  private void average() {
    for (int i = 0; i < trainableVariables.size(); i++) {
      Variable a = averages.get(i);
      if (a != null) {
        Tensor w = trainableVariables.get(i).value();
        Tensor later = ArrayLike.tensor(Ops.notEqual(iterations(), 0), w.dtype());
        Tensor momentum = Ops.multiply(later, emaMomentum);
        a.assign(
            Ops.add(Ops.multiply(momentum, a.value()), Ops.multiply(Ops.subtract(1, momentum), w)));
      }
    }
    if (emaOverwriteFrequency != null) {
      Conditional.run(
          dividesNext(iterations(), emaOverwriteFrequency),
          trainableVariables,
          () -> overwriteWithAverages(trainableVariables),
          () -> {});
    }
  }

  private void overwriteWithAverages(List<Variable> of) {
    if (of.size() != averages.size()) {
      throw new IllegalArgumentException(
          label() + ": keeps averages of " + averages.size() + " variables, got " + of.size());
    }
    for (int i = 0; i < of.size(); i++) {
      Variable a = averages.get(i);
      if (a != null) {
        of.get(i).assign(copy(a.value()));
      }
    }
  }

  /** A tensor of its own: two variables that shared memory could not both be updated in place. */
  static Tensor copy(Tensor t) {
    return t instanceof EagerTensor e ? Engine.toDevice(e.backend(), e.toNDArray()) : t;
  }

  /** Sets the moving averages to the variables as they are now. */
  public final void resetAverages() {
    for (int i = 0; i < averages.size(); i++) {
      Variable a = averages.get(i);
      if (a != null) {
        a.assign(copy(trainableVariables.get(i).value()));
      }
    }
  }

  /** The moving averages of the variables, in their order; empty without {@code useEma}. */
  public final List<@Nullable Variable> averages() {
    return averages;
  }

  /** Sets the variables to their moving averages, where these are kept; the end of training calls it. */
  public void finalizeVariableValues(List<Variable> of) {
    if (useEma) {
      overwriteWithAverages(of);
    }
  }

  /** The loss to take gradients of: multiplied with the loss scale, if there is one. */
  public Tensor scaleLoss(Tensor loss) {
    return lossScaleFactor == null ? loss : Ops.multiply(loss, lossScaleFactor);
  }
}
