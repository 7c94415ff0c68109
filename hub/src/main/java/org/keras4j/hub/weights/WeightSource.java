package org.keras4j.hub.weights;

import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/**
 * Arrays by the names that they have in the files of a trained model. Names, shapes and dtypes are known without an array
 * being read. Threads may share a source; after {@link #close()} nothing more is read, while arrays that were read stay.
 *
 * <pre>{@code
 * try (WeightSource weights = SafeTensors.open(Path.of("model.safetensors"))) {
 *   NDArray embeddings = weights.read("embeddings.word_embeddings.weight");
 * }
 * }</pre>
 *
 * @see SafeTensors
 * @see WeightMap
 */
public interface WeightSource extends AutoCloseable {
  /** The names of all arrays, in the order of the files. */
  Set<String> names();

  /**
   * The shape of an array.
   *
   * @param name one of {@link #names()}
   * @return its shape
   * @throws IllegalArgumentException if there is no array of that name
   */
  Shape shape(String name);

  /**
   * The dtype of an array.
   *
   * @param name one of {@link #names()}
   * @return its dtype in the file
   * @throws IllegalArgumentException if there is no array of that name
   */
  DType dtype(String name);

  /**
   * An array.
   *
   * @param name one of {@link #names()}
   * @return its elements, of the shape and dtype that the file has
   * @throws IllegalArgumentException if there is no array of that name
   * @throws IllegalStateException if the source is closed
   * @throws java.io.UncheckedIOException if the array cannot be read, or is larger than the limits allow
   */
  NDArray read(String name);

  /** Lets go of the files. */
  @Override
  void close();

  /**
   * The same arrays under other names.
   *
   * @param rename gives the new name of each
   * @return a source that closes this one
   * @throws IllegalArgumentException if two arrays would have one name
   */
  default WeightSource renamed(UnaryOperator<String> rename) {
    return new RenamedSource(this, rename);
  }

  /**
   * A source of arrays in memory.
   *
   * @param arrays the arrays by name, in this order
   * @return a source that gives the arrays themselves
   */
  static WeightSource of(Map<String, NDArray> arrays) {
    return new ArraySource(arrays);
  }
}
