package org.keras4j.backend.xla.runtime;

/** A compiled program. May be executed by any number of threads at once. */
public interface XlaProgram extends AutoCloseable {
  ProgramSpec spec();

  /**
   * Runs it. A donated argument becomes the result that takes its memory: the same object, with new elements.
   *
   * @param arguments on several devices those of the first, then those of the second, and so on; results likewise
   * @return the results; those that took no argument's memory are new to the caller
   * @throws IllegalArgumentException if the arguments do not fit
   * @throws XlaException if it fails
   */
  XlaBuffer[] execute(XlaBuffer[] arguments);

  /** Frees it, once no execution is under way; a second call does nothing. */
  @Override
  void close();
}
