package org.keras4j.backend.tensorflow.lowering;

import java.util.List;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.spi.Site;

/** Where operations go: to the device at once, or into a graph. */
public interface Target {
  /**
   * Applies an operation.
   *
   * @param inputs terms, or lists of terms for inputs that are lists
   * @param outputs specs of the results, in dtypes that TensorFlow holds
   */
  List<Term> apply(OpCall call, List<?> inputs, List<TensorSpec> outputs);

  /**
   * Whether this is a graph of somebody else's, who may ask TensorFlow for its gradient: then only operations
   * are wanted whose gradients it knows.
   */
  default boolean isForeign() {
    return false;
  }

  /** Whether Grappler rewrites what is applied here. */
  default boolean isRewritten() {
    return false;
  }

  /** Whether this becomes part of a file, which converters to other formats read too. */
  default boolean isSaved() {
    return false;
  }

  /** A literal; its dtype is one that TensorFlow holds. */
  Term constant(NDArray value);

  /** The same value under a spec that it is known to have. */
  Term retyped(Term t, TensorSpec spec);

  /**
   * Repeats a body while a condition gives true.
   *
   * @param condition takes the carries, gives one bool scalar
   * @param body takes the carries, gives the next ones, of the same specs
   * @return the last carries
   */
  List<Term> loop(List<Term> carries, Body condition, Body body);

  /**
   * Runs one of several branches.
   *
   * @param index an int32 scalar, one of the branches
   * @param outputs specs of the results of each branch
   */
  List<Term> choose(Term index, List<Term> operands, List<Body> branches, List<TensorSpec> outputs);

  /**
   * Runs a body for each step of sequences.
   *
   * @return the last carries, then the results of all steps, stacked
   */
  List<Term> scan(Scan scan);

  /**
   * Runs Java code on host copies of the inputs.
   *
   * @throws org.keras4j.core.spi.BackendException where that cannot be
   */
  List<Term> host(HostCall call, Site<Term> site);

  /**
   * A loop over the steps of sequences.
   *
   * @param length the number of steps, an int32 scalar
   * @param steps the same if it is known, else -1
   * @param carries the values handed from step to step
   * @param sequences of which each step sees one slice of the first axis
   * @param invariants what each step sees unchanged
   * @param results specs of what each step gives besides the carries
   * @param reverse whether to go from the last step to the first
   * @param body takes the carries, the slices, the invariants; gives the carries, then the results
   */
  record Scan(
      Term length,
      long steps,
      List<Term> carries,
      List<Term> sequences,
      List<Term> invariants,
      List<TensorSpec> results,
      boolean reverse,
      Body body) {}
}
