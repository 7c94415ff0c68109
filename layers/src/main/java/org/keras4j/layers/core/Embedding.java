package org.keras4j.layers.core;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.ops.Ops;

/**
 * Turns integers into vectors that are learned ({@code keras.layers.Embedding}).
 *
 * <p>Input shape: any, dense or sparse, of integers from 0 to {@code inputDim - 1}; negative ones count from the end. Other integers are, as
 * in Keras, an {@code IllegalArgumentException} that names the layer on PyTorch and TensorFlow, and vectors of NaN on XLA and
 * on a GPU, where looking at each would cost time. Output shape: {@code (..., outputDim)}.
 * Weights: {@code embeddings (inputDim, outputDim)}.
 *
 * <pre>{@code
 * Tensor y = new Embedding(1000, 64).invoke(new int[][] {{1, 2, 3}}); // (1, 3, 64)
 * }</pre>
 */
@KerasSerializable(module = "keras.layers")
public final class Embedding extends BaseEmbedding<Embedding> {
  private Embedding() {}

  /**
   * With a table of this size.
   *
   * @param inputDim how many integers there are
   * @param outputDim the length of the vectors
   */
  public Embedding(int inputDim, int outputDim) {
    super(inputDim, outputDim);
  }

  @Override
  protected Tensor call(Tensor x) {
    return lookUp(x);
  }

  @Override
  protected @Nullable Object computeMask(@Nullable Object inputs, @Nullable Object previousMask) {
    return isMaskZero()
        ? Ops.notEqual(Ops.convertToTensor(given(inputs), null, false, null), 0)
        : null;
  }
}
