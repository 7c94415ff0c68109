package org.keras4j.core.spi;

import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;

/** A function that another framework exported. May be called by any number of threads at once. */
public interface ForeignFunction extends AutoCloseable {
  List<String> inputNames();

  /** What it takes, in the order of the names; dimensions may be unknown. */
  List<TensorSpec> inputs();

  List<String> outputNames();

  /** What it gives, in the order of the names; dimensions may be unknown. */
  List<TensorSpec> outputs();

  /** Runs it on arrays that fit {@link #inputs}. */
  List<NDArray> call(List<NDArray> arguments);

  /** Frees what it holds. */
  @Override
  void close();
}
