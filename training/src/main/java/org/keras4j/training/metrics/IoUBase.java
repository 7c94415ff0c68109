package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.primitive.ScatterNd.ScatterKind;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;

/**
 * Intersection over union: of each class {@code tp / (tp + fp + fn)}, averaged over the classes asked for
 * that occur.
 */
abstract class IoUBase<S extends IoUBase<S>> extends FluentMetric<S> {
  private Variable total;

  IoUBase(@Nullable String name) {
    super(name);
    super.dtype(DType.INT32);
  }

  abstract int classes();

  abstract int[] targets();

  @Nullable
  Integer ignored() {
    return null;
  }

  boolean sparseTrue() {
    return true;
  }

  boolean sparsePred() {
    return true;
  }

  int classAxis() {
    return -1;
  }

  final void checkTargets() {
    for (int id : targets()) {
      if (id < 0 || id >= classes()) {
        throw new IllegalArgumentException(
            label() + ": target class " + id + " is not within 0 and " + classes());
      }
    }
  }

  @Override
  protected void build() {
    total = addVariable("total_confusion_matrix", Shape.of(classes(), classes()), "zeros");
  }

  private Tensor flat(Object y, boolean sparse) {
    Tensor t = Ops.convertToTensor(y);
    t = Prims.convert(sparse ? t : Prims.argReduce(true, t, classAxis()), dtype());
    return t.rank() > 1 ? Ops.reshape(t, -1) : t;
  }

  @Override
  public void updateState(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    named(() -> take(yTrue, yPred, sampleWeight));
  }

  private void take(Object yTrue, Object yPred, @Nullable Object sampleWeight) {
    ensureBuilt();
    Tensor t = flat(yTrue, sparseTrue());
    Tensor p = flat(yPred, sparsePred());
    Tensor w = Ops.convertToTensor(sampleWeight == null ? 1 : sampleWeight, dtype());
    w = Prims.broadcastLike(w.rank() > 1 ? Ops.reshape(w, -1) : w, t);
    Tensor counts = Ops.logicalAnd(within(t), within(p));
    if (ignored() != null) {
      counts = Ops.logicalAnd(counts, Ops.notEqual(t, ignored()));
    }
    Tensor zero = Prims.scalar(DType.INT32, 0L);
    Tensor row = Ops.where(counts, Prims.convert(t, DType.INT32), zero);
    Tensor column = Ops.where(counts, Prims.convert(p, DType.INT32), zero);
    Tensor place = Ops.add(Ops.multiply(row, classes()), column);
    int n = classes();
    Tensor matrix = Prims.scatterNd(
        ScatterKind.ADD,
        Prims.full(Shape.of((long) n * n), dtype(), 0),
        Ops.expandDims(place, -1),
        Ops.where(counts, w, Prims.scalarLike(w, 0)));
    increase(total, Prims.reshape(matrix, n, n));
  }

  private Tensor within(Tensor x) {
    return Ops.logicalAnd(Ops.greaterEqual(x, 0), Ops.less(x, classes()));
  }

  @Override
  public Tensor result() {
    ensureBuilt();
    Tensor m = total.value();
    Tensor hits = Ops.diagonal(m);
    Tensor union = Ops.subtract(Ops.add(Ops.sum(m, 0), Ops.sum(m, 1)), hits);
    Tensor ids = Engine.constant(NDArray.of(targets()));
    hits = Prims.convert(Prims.take(hits, ids, 0), DType.FLOAT32);
    union = Prims.convert(Prims.take(union, ids, 0), DType.FLOAT32);
    Tensor occurs = Ops.greater(union, 1e-9);
    Tensor iou = Ops.where(occurs, Ops.divide(hits, Ops.add(union, Keras.epsilon())), 0.0);
    Tensor number = Ops.sum(Prims.convert(occurs, DType.FLOAT32));
    return Ops.divide(Ops.sum(iou), Ops.add(number, Keras.epsilon()));
  }

  @Override
  public Direction direction() {
    return Direction.UP;
  }
}
