package org.keras4j.ops;

/**
 * The functions of {@code keras.ops} on tensors: NumPy's, those of neural networks, linear algebra,
 * Fourier transforms and control flow.
 *
 * <p>Arguments that Keras calls tensors are {@code Object}: a {@link org.keras4j.core.Tensor}, a
 * {@link org.keras4j.core.Variable}, an {@link org.keras4j.core.NDArray}, a Java number or boolean, or
 * a nested array or list of them. Numbers are weak in promotion, as Python's are: {@code add(x, 1)} has
 * the dtype of {@code x}. Axes count from the end when negative; {@code null} stands for Python's
 * {@code None}; dtypes are given as {@link org.keras4j.core.DType} or by name.
 */
public final class Ops extends CtcOps {
  private Ops() {}
}
