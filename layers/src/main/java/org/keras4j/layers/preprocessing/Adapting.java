package org.keras4j.layers.preprocessing;

/** A layer whose state is taken of data before training: statistics, a vocabulary, boundaries of bins. */
public interface Adapting {
  /**
   * Takes the state of data, replacing the former. Batches are taken one after the other, so that all of them may be more than memory
   * holds; of a batch of a training the inputs alone are read.
   *
   * @param data one array, tensor or list; or batches: an iterable, an iterator, a stream, a supplier of one of these, or a data source
   *     of {@code fit}'s
   * @throws IllegalArgumentException if a batch has several inputs
   */
  void adapt(Object data);

  /** Whether {@link #adapt} can be called: false where the state was given, and is for good. */
  default boolean isAdaptable() {
    return true;
  }

  /** A batch of a training, of which {@link #adapt} reads the inputs. */
  interface Inputs {
    /** One array or tensor, or several in a list or map. */
    Object x();
  }

  /** A source of batches of a training, of which {@link #adapt} reads the inputs. */
  interface Source {
    /** The inputs of each batch. An iterator that is {@code AutoCloseable} is closed when done with. */
    Iterable<Object> inputs();
  }
}
