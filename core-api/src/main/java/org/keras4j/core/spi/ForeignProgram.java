package org.keras4j.core.spi;

import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;

/**
 * A differentiable function of weights and inputs that another framework exported. It keeps no weights of its own: they are
 * given with each call. May be called by any number of threads at once.
 */
public interface ForeignProgram extends AutoCloseable {
  /**
   * A weight as the file has it.
   *
   * @param name its name in the file, parts between dots or slashes
   * @param trainable whether {@link #gradient} gives its gradient
   */
  record Weight(String name, NDArray value, boolean trainable) {}

  /**
   * What a call is given.
   *
   * @param weights values for {@link #weights}, in their order
   * @param inputs in the order of the program's
   * @param seed for random numbers in training; equal seeds draw equal numbers
   * @param training whether the program is to train
   */
  record Arguments(List<NDArray> weights, List<NDArray> inputs, long seed, boolean training) {}

  /** The weights with their first values. */
  List<Weight> weights();

  /** Which of {@link #weights} a call in training changes, by their positions. */
  List<Integer> assigned();

  /** What it takes; dimensions may be unknown. Empty if only a call tells. */
  List<TensorSpec> inputs();

  /**
   * What it gives for inputs of these specs.
   *
   * @param inputs dimensions may be unknown
   * @return dimensions that follow from unknown ones are unknown
   * @throws IllegalArgumentException if it takes no such inputs
   */
  List<TensorSpec> outputs(List<TensorSpec> inputs, boolean training);

  /** Its outputs, and in training the values that {@link #assigned} have afterwards. */
  List<NDArray> call(Arguments arguments);

  /**
   * The gradient of the outputs' sum, each weighted by its cotangent.
   *
   * @param cotangents one for each output of a float dtype
   * @return one for each trainable weight, then one for each input of a float dtype
   */
  List<NDArray> gradient(Arguments arguments, List<NDArray> cotangents);

  /** The program without the values of its weights, as {@link ProgramFormat#read} takes it. */
  byte[] bytes();

  /** Frees what it holds. */
  @Override
  void close();
}
