package org.keras4j.core.spi;

import java.util.List;

/** A compiled graph. May be run by any number of threads at once. */
public interface Executable extends AutoCloseable {
  /**
   * Runs it.
   *
   * @param inputs one a graph input, of the graph's specs; donated ones must not be used afterwards
   * @return one a graph output, new to the caller
   */
  List<BackendTensor> run(List<BackendTensor> inputs);

  @Override
  void close();
}
