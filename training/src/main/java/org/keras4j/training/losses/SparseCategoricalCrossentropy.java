package org.keras4j.training.losses;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * The cross-entropy of class numbers ({@code keras.losses.SparseCategoricalCrossentropy}); one-hot targets take
 * {@link CategoricalCrossentropy}:
 *
 * <pre>{@code
 * loss = -log(yPred[yTrue])
 * }</pre>
 *
 * <p>Targets are integers {@code (batch, ...)} or {@code (batch, ..., 1)}, predictions probabilities or logits {@code
 * (batch, ..., classes)}; {@link #invoke} reduces the losses {@code (batch, ...)} to a scalar, unless {@link
 * #reduction} says otherwise.
 *
 * <p>In {@code fit}, {@code evaluate} and their relatives a label on the host that is no class is an {@link
 * IllegalArgumentException} that names the output and the label. The loss of a label on the device that is no class
 * is NaN. (Keras fails on TensorFlow's and PyTorch's CPUs, gives NaN on TensorFlow's GPU, and 0 on JAX.)
 *
 * <pre>{@code
 * int[] yTrue = {1, 2};
 * double[][] yPred = {{0.05, 0.95, 0}, {0.1, 0.8, 0.1}};
 * Tensor loss = new SparseCategoricalCrossentropy().invoke(yTrue, yPred); // 1.177
 * }</pre>
 *
 * <p>Of large vocabularies the logits are most of a step's memory; {@link #blockRows} has them made block by block.
 *
 * @see Losses#sparseCategoricalCrossentropy
 */
@KerasSerializable(module = "keras.losses")
public final class SparseCategoricalCrossentropy
    extends PairwiseLoss<SparseCategoricalCrossentropy> {
  @Config
  private boolean fromLogits = false;

  @Config
  private @Nullable Integer ignoreClass;

  private int axis = -1;

  private @Nullable Integer blockRows;

  /** Named {@code sparse_categorical_crossentropy}, reduced over the batch. */
  public SparseCategoricalCrossentropy() {
    super("sparse_categorical_crossentropy");
  }

  /**
   * Whether predictions are logits, not probabilities.
   *
   * @param value false by default
   * @return this loss
   */
  public SparseCategoricalCrossentropy fromLogits(boolean value) {
    return set("fromLogits", () -> this.fromLogits = value);
  }

  /**
   * The class whose samples do not count.
   *
   * @param value its number; null (the default) for none
   * @return this loss
   */
  public SparseCategoricalCrossentropy ignoreClass(@Nullable Integer value) {
    return set("ignoreClass", () -> this.ignoreClass = value);
  }

  /** {@link #ignoreClass(Integer)} of a number. */
  public SparseCategoricalCrossentropy ignoreClass(int value) {
    return ignoreClass((Integer) value);
  }

  /**
   * The axis of the classes. Keras does not save it.
   *
   * @param value the last by default
   * @return this loss
   */
  public SparseCategoricalCrossentropy axis(int value) {
    return set("axis", () -> this.axis = value);
  }

  /**
   * How many rows of logits are held at once. The loss is then computed from what the logits are a product of, which has to be
   * the last thing that the model does: a {@code Dense} without an activation, or the reversed direction of a {@code
   * ReversibleEmbedding}. A block's logits are made for the loss, dropped, and made again for the gradient, so that memory no
   * longer grows with the product of rows and classes, for one more product with the classes. Results are those of all logits
   * within rounding.
   *
   * <p>It holds in compiled steps ({@code fit}, {@code evaluate}, {@code trainOnBatch}, functions of {@code Jit}) for predictions of known
   * shape that are made there; elsewhere the logits exist already, and are used as they are. A metric on predictions, as an accuracy, needs all logits as
   * well. It is not saved: Keras has no such setting.
   *
   * @param value rows, as samples, or tokens of all samples, 1 or more; a block has at least one of each sample. Null (the default) for all
   * @return this loss
   * @throws IllegalArgumentException if it is below 1; in a compiled step, if {@code fromLogits} is not set, the classes are
   *     not the last axis, or predictions are no such product
   */
  public SparseCategoricalCrossentropy blockRows(@Nullable Integer value) {
    if (value != null && value < 1) {
      throw new IllegalArgumentException(
          "SparseCategoricalCrossentropy: 'blockRows' expects 1 or more, got " + value);
    }
    return set("blockRows", () -> this.blockRows = value);
  }

  /** {@link #blockRows(Integer)} of a number. */
  public SparseCategoricalCrossentropy blockRows(int value) {
    return blockRows((Integer) value);
  }

  /** The labels that there may be for predictions of a shape; null if their classes are not known. */
  public @Nullable LabelRange labels(Shape predictions) {
    int at = axis < 0 ? axis + predictions.rank() : axis;
    boolean known = at >= 0 && at < predictions.rank() && predictions.dim(at) >= 0;
    return known ? new LabelRange(predictions.dim(at), ignoreClass) : null;
  }

  @Override
  Tensor compute(Object yTrue, Object yPred) {
    Tensor inBlocks = blockRows == null
        ? null
        : BlockwiseCrossentropy.of(
            Ops.convertToTensor(yTrue),
            Ops.convertToTensor(yPred),
            new BlockwiseCrossentropy.Settings(fromLogits, ignoreClass, axis, blockRows));
    return inBlocks != null
        ? inBlocks
        : Losses.sparseCategoricalCrossentropy(yTrue, yPred, fromLogits, ignoreClass, axis);
  }

  @Override
  public void setConfig(Map<String, Object> config) {
    Map<String, Object> rest = new LinkedHashMap<>(config);
    if (rest.containsKey("axis")) {
      this.axis = ((Number) rest.remove("axis")).intValue();
    }
    super.setConfig(rest);
  }
}
