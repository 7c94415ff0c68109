package org.keras4j.training.losses;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.composite.LinearCrossEntropy;
import org.keras4j.ops.internal.composite.LinearProduct;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.TracedTensor;

/** The cross-entropy of class numbers from what the logits are a product of, block by block. */
final class BlockwiseCrossentropy {
  private BlockwiseCrossentropy() {}

  /** What the loss was told. */
  record Settings(boolean fromLogits, @Nullable Integer ignoreClass, int axis, int rows) {}

  /**
   * The losses, of the shape of the labels.
   *
   * @return null where all logits are to be used: they exist already, have no more rows than a block, or a shape that is not known
   * @throws IllegalArgumentException if the predictions are made here, but not by a product
   */
  static @Nullable Tensor of(Tensor yTrue, Tensor yPred, Settings s) {
    if (!(yPred instanceof TracedTensor logits) || logits.primitive() == null) {
      return null;
    }
    int last = logits.rank() - 1;
    if (!s.fromLogits || last < 1 || (s.axis < 0 ? s.axis + logits.rank() : s.axis) != last) {
      throw new IllegalArgumentException("blockRows: expected fromLogits(true) and predictions"
          + " (batch, ..., classes) with the classes on the last axis, got fromLogits("
          + s.fromLogits + "), axis " + s.axis + " and predictions " + logits.spec());
    }
    LinearProduct product = LinearProduct.of(logits);
    if (product == null) {
      throw new IllegalArgumentException("blockRows: expected predictions that are a product with a"
          + " matrix, as of a Dense without an activation or of a reversed ReversibleEmbedding,"
          + " got the result of " + logits.primitive());
    }
    Shape lead = logits.shape().slice(0, last);
    if (!logits.shape().isKnown() || lead.size() <= s.rows) {
      return null;
    }
    Tensor t =
        yTrue.rank() == logits.rank() && yTrue.shape().last() == 1 ? Ops.squeeze(yTrue, -1) : yTrue;
    if (!t.shape().equals(lead)) {
      return null; // the usual way tells what is wrong
    }
    Tensor valid = s.ignoreClass == null
        ? null
        : Ops.notEqual(t, Ops.convertToTensor(s.ignoreClass, t.dtype()));
    Tensor labels = valid == null ? t : Ops.where(valid, t, 0);
    Tensor loss = Prims.convert(
        LinearCrossEntropy.sparse(product, Prims.convert(labels, DType.INT32), s.rows),
        LinearCrossEntropy.lossType(logits.dtype()));
    loss = CrossentropyLosses.knownClasses(labels, loss, logits.shape().dim(last));
    if (valid != null) {
      loss = Ops.where(valid, loss, 0.0);
      loss.setKerasMask(valid);
    }
    return loss;
  }
}
