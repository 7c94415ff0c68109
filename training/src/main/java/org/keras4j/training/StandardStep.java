package org.keras4j.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.training.data.Batch;
import org.keras4j.training.optimizers.Optimizer;

/** What the steps of a model do that overrides none of them. */
final class StandardStep {
  private final Trainer model;
  private final Compilation compilation;

  StandardStep(Trainer model, Compilation compilation) {
    this.model = model;
    this.compilation = compilation;
  }

  /** Forward, loss, gradients, update, metrics. */
  Map<String, ?> train(Batch batch) {
    List<Object> form = new ArrayList<>();
    Optimizer o = compilation.requireOptimizer();
    List<Variable> variables = model.trainableVariables();
    Grad.Result r = Grad.valueAndGrad(
        in -> {
          Object yPred = model.invokeNested(batch.x(), CallArgs.training(true));
          Tensor total = model.computeLoss(batch.x(), batch.y(), yPred, batch.sampleWeight(), true);
          List<Tensor> out = new ArrayList<>();
          out.add(o.scaleLoss(total));
          out.add(total);
          out.addAll(Nest.tensors(yPred));
          form.add(yPred);
          return out;
        },
        List.of(),
        variables);
    if (!variables.isEmpty()) {
      o.apply(r.grads(), variables);
    }
    compilation.track(r.outputs().get(1), size(batch.x()));
    Object yPred = Objects.requireNonNull(
        Nest.pack(form.get(0), r.outputs().subList(2, r.outputs().size())));
    return model.computeMetrics(batch.x(), batch.y(), yPred, batch.sampleWeight());
  }

  Map<String, ?> test(Batch batch) {
    Object yPred = model.invokeNested(batch.x(), CallArgs.training(false));
    Tensor total = model.computeLoss(batch.x(), batch.y(), yPred, batch.sampleWeight(), false);
    compilation.track(total, size(batch.x()));
    return model.computeMetrics(batch.x(), batch.y(), yPred, batch.sampleWeight());
  }

  Object predict(Batch batch) {
    return model.invokeNested(batch.x(), CallArgs.training(false));
  }

  /** The gradients of the loss, as {@link #train} has them before clipping; nothing changes. */
  List<Tensor> gradients(Batch batch) {
    List<Variable> variables = model.trainableVariables();
    if (variables.isEmpty()) {
      return List.of();
    }
    try (StatelessScope nothing = new StatelessScope(Map.of())) {
      return Grad.valueAndGrad(
              in -> {
                Object yPred = model.invokeNested(batch.x(), CallArgs.training(true));
                return List.of(
                    model.computeLoss(batch.x(), batch.y(), yPred, batch.sampleWeight(), true));
              },
              List.of(),
              variables)
          .grads();
    }
  }

  /** The losses given to compile and those that layers added. */
  Tensor loss(@Nullable Object y, Object yPred, @Nullable Object sampleWeight, boolean training) {
    Tensor total = compilation.loss(y, yPred, sampleWeight);
    for (Tensor extra : model.losses()) {
      Tensor e = Ops.sum(ArrayLike.convert(extra, total == null ? DType.FLOAT32 : total.dtype()));
      total = total == null ? e : Ops.add(total, e);
    }
    if (total == null) {
      if (training) {
        throw new IllegalArgumentException(model.describe()
            + ": there is no loss to minimize; pass one to compile, or call addLoss in a layer");
      }
      total = ArrayLike.tensor(0.0);
    }
    return total;
  }

  /** The number of samples in a batch, or null. */
  private static @Nullable Object size(Object x) {
    for (Object leaf : Nest.flatten(x)) {
      if (leaf instanceof Tensor t && t.rank() > 0) {
        return Prims.dimSize(t, 0);
      } else if (leaf instanceof NDArray strings && strings.rank() > 0) {
        return (int) strings.shape().dim(0);
      }
    }
    return null;
  }
}
