package org.keras4j.training;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.SparseArray;
import org.keras4j.core.SparseTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.layers.CallArgs;
import org.keras4j.ops.internal.engine.SparseForms;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.training.data.Batch;

/** Makes a model ready for its first batch: what depends on shapes is built by a symbolic call, which computes nothing. */
final class FirstBatch {
  private final Trainer model;
  private final Compilation compilation;

  FirstBatch(Trainer model, Compilation compilation) {
    this.model = model;
    this.compilation = compilation;
  }

  /**
   * Builds model, losses, metrics and, for training, the optimizer.
   *
   * @param stacked whether batches are stacked along the first axis
   */
  void build(Batch batch, boolean training, boolean stacked) {
    if (model.isBuilt() && compilation.isReadyFor(batch, training)) {
      return;
    }
    synchronized (model) {
      try (Trace t = Trace.nested()) {
        Batch b = symbolic(t, batch, stacked);
        compilation.build(b.y(), model.invokeNested(b.x(), CallArgs.training(training)));
      }
      if (training) {
        compilation.buildOptimizer();
      }
      compilation.expectLoss();
    }
  }

  /** Builds for a step, shares the model's state among processes that do not have it yet, and looks at the targets. */
  void ready(Batch batch, boolean training) {
    build(batch, training, false);
    Together together = Together.now();
    if (together != null && !together.knows(model)) {
      together.share(model);
    }
    compilation.requireLabels(batch.y());
  }

  /** Has all processes of a distribution predict with the weights of rank 0. */
  void readyToPredict(Batch batch) {
    Together together = Together.now();
    if (together == null || together.knows(model)) {
      return;
    }
    if (!model.isBuilt()) {
      synchronized (model) {
        try (Trace t = Trace.nested()) {
          model.invokeNested(symbolic(t, Batch.of(batch.x()), false).x(), CallArgs.training(false));
        }
      }
    }
    together.share(model);
  }

  /** The batch as inputs of a trace. */
  static Batch symbolic(Trace t, Batch b, boolean stacked) {
    return new Batch(
        Objects.requireNonNull(Nest.map(b.x(), v -> symbolic(t, v, stacked))),
        Nest.map(b.y(), v -> symbolic(t, v, stacked)),
        Nest.map(b.sampleWeight(), v -> symbolic(t, v, stacked)));
  }

  private static @Nullable Object symbolic(Trace t, @Nullable Object x, boolean stacked) {
    if (x instanceof NDArray a && a.dtype() == DType.STRING) {
      // what layers make of strings may have any size, so they see some
      return stacked ? a.slice(0, 1).reshape(a.shape().slice(1).toArray()) : a;
    }
    if (x instanceof SparseArray s) {
      return SparseForms.input(t, s.spec());
    }
    if (x instanceof SparseTensor s) {
      return SparseForms.input(t, s.spec());
    }
    TensorSpec spec = null;
    if (x instanceof NDArray a) {
      spec = a.spec();
    } else if (x instanceof Tensor e && !(x instanceof KerasTensor)) {
      spec = e.spec();
    }
    if (spec == null) {
      return x;
    }
    return t.input(stacked ? spec.withShape(spec.shape().slice(1)) : spec);
  }
}
