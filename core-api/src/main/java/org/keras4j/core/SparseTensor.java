package org.keras4j.core;

import java.util.Arrays;

/**
 * A sparse tensor: a pair of tensors that tell where its entries stand and what they are; everything else is 0. It is what layers and
 * functions with {@code sparse=true} give, and what a {@link SparseArray} becomes. Of several entries at one place the sum counts.
 *
 * <p>Only some functions take it: {@code matmul}, {@code sum}, {@code mean}, {@code concatenate}, {@code cast}, {@code take} (as
 * indices) and {@code convertToTensor}, and with them {@code Dense}, {@code Embedding} and {@code Concatenate}. None of the products and
 * sums makes it dense, and gradients go to dense factors alone. All others refuse it by name; {@code Ops.convertToTensor(x, null,
 * false, null)} gives the dense tensor.
 */
public final class SparseTensor extends Tensor {
  private final Tensor indices;
  private final Tensor values;
  private final TensorSpec spec;

  /**
   * The tensor of these entries.
   *
   * @param indices int32 or int64 {@code (entries, rank)}, within the shape
   * @param values {@code (entries)}
   * @param shape of the dense tensor that it stands for
   * @throws IllegalArgumentException if they do not fit together
   */
  public SparseTensor(Tensor indices, Tensor values, Shape shape) {
    boolean integers = indices.dtype() == DType.INT32 || indices.dtype() == DType.INT64;
    if (!integers || indices.rank() != 2 || indices.shape().last() != shape.rank()) {
      throw new IllegalArgumentException("A sparse tensor of shape " + shape
          + " expects indices (entries, " + shape.rank() + ") of int32 or int64, got "
          + indices.spec());
    }
    if (values.rank() != 1 || !indices.shape().slice(0, 1).isCompatible(values.shape())) {
      throw new IllegalArgumentException("A sparse tensor expects one value an entry, got "
          + values.spec() + " for indices " + indices.spec());
    }
    this.indices = indices;
    this.values = values;
    this.spec = new TensorSpec(shape, values.dtype());
  }

  /** Where the entries stand, int32 or int64 {@code (entries, rank)}. */
  public Tensor indices() {
    return indices;
  }

  /** What the entries are, {@code (entries)}. */
  public Tensor values() {
    return values;
  }

  /** Shape and dtype of the dense tensor that it stands for. */
  @Override
  public TensorSpec spec() {
    return spec;
  }

  /** The numbers, copied to the host; entries of 0 are left out. */
  public SparseArray toSparseArray() {
    NDArray at = indices.toNDArray();
    NDArray numbers = values.toNDArray();
    int[] kept = new int[numbers.size()];
    int n = 0;
    for (int e = 0; e < kept.length; e++) {
      boolean zero = numbers.getDouble(e) == 0
          && !(numbers.dtype().isComplex() && numbers.getImaginary(e) != 0);
      if (!zero) {
        kept[n++] = e;
      }
    }
    int[] some = Arrays.copyOf(kept, n);
    return SparseArray.of(at.rows(some), numbers.rows(some), spec.shape());
  }

  /** The dense array, on the host. */
  @Override
  public NDArray toNDArray() {
    return toSparseArray().toDense();
  }

  /** Frees indices and values. */
  @Override
  public void close() {
    indices.close();
    values.close();
  }

  @Override
  public String toString() {
    return "SparseTensor(" + spec + ", indices=" + indices + ", values=" + values + ")";
  }
}
