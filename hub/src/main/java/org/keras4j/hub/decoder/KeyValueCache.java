package org.keras4j.hub.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.ops.Ops;

/**
 * The keys and values of texts that a decoder has read, so that it goes on without reading them again. It holds a fixed number
 * of texts, each with a length of its own up to a fixed one. A compiled step takes its memory and gives it back with the new
 * tokens written in: nothing is copied.
 *
 * <p>What lies behind a text's length is never seen, so taking tokens back is to set the length.
 */
public final class KeyValueCache implements AutoCloseable {
  private final int length;
  private final int[] lengths;
  private List<Tensor> state;

  private KeyValueCache(int length, int[] lengths, List<Tensor> state) {
    this.length = length;
    this.lengths = lengths;
    this.state = state;
  }

  /**
   * An empty cache.
   *
   * @param backbone the decoder, built
   * @param batch how many texts it holds, above 0
   * @param length the most tokens of each, above 0
   * @return the cache
   * @throws IllegalArgumentException if a number is below 1, or the decoder takes no texts so long
   */
  public static KeyValueCache of(CausalBackbone backbone, int batch, int length) {
    Integer most = backbone.maxLength();
    if (batch <= 0 || length <= 0 || most != null && length > most) {
      throw new IllegalArgumentException(
          "KeyValueCache: expected a batch above 0 and a length from 1"
              + (most == null ? " on" : " to " + most) + ", got " + batch + " and " + length);
    }
    Shape shape = Shape.of(batch, length, backbone.numKeyValueHeads(), backbone.headDim());
    DType dtype = backbone.computeDtype();
    List<Tensor> state = new ArrayList<>();
    for (int i = 0; i < 2 * backbone.numLayers(); i++) {
      Tensor zeros = Ops.zeros(shape, dtype);
      TensorScope.detach((EagerTensor) zeros);
      state.add(zeros);
    }
    return new KeyValueCache(length, new int[batch], state);
  }

  /** How many texts it holds. */
  public int batch() {
    return lengths.length;
  }

  /** The most tokens of a text. */
  public int length() {
    return length;
  }

  /**
   * How many tokens of a text were read.
   *
   * @param row the text, from 0
   * @return their number
   */
  public int lengthOf(int row) {
    return lengths[row];
  }

  /**
   * Takes tokens back, or all of a text with 0.
   *
   * @param row the text, from 0
   * @param value its length from now on
   * @throws IllegalArgumentException if it is not from 0 to the length of the cache
   */
  public void setLengthOf(int row, int value) {
    if (value < 0 || value > length) {
      throw new IllegalArgumentException(
          "KeyValueCache: a length expects 0 to " + length + ", got " + value);
    }
    lengths[row] = value;
  }

  /** Keys and values of the first layer, then those of the next: each {@code (batch, length, heads, dim)}. */
  public List<Tensor> state() {
    if (state.isEmpty()) {
      throw new IllegalStateException("KeyValueCache: is closed, or a call that took it failed");
    }
    return state;
  }

  /** Gives the keys and values away, to a call that will give new ones. */
  public List<Tensor> take() {
    List<Tensor> now = state();
    state = List.of();
    return now;
  }

  /**
   * Takes what a call made of the keys and values.
   *
   * @param next as {@link #state} has them
   */
  public void put(List<? extends Tensor> next) {
    next.forEach(t -> TensorScope.detach((EagerTensor) t));
    state = List.copyOf(next);
  }

  @Override
  public void close() {
    state.forEach(t -> ((EagerTensor) t).close());
    state = List.of();
  }

  @Override
  public String toString() {
    return "KeyValueCache of " + length + " tokens, " + Arrays.toString(lengths) + " read";
  }
}
