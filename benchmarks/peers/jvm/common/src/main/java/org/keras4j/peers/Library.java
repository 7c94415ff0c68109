package org.keras4j.peers;

/** A library in which workloads are written. */
public interface Library {
  /** The name in rows, {@code djl}. */
  String peer();

  /** What computes, {@code pytorch}. */
  String backend();

  String versions();

  /**
   * Builds the network of a workload.
   *
   * @return null if the library has nothing for it
   */
  Job prepare(String workload, Batches batches) throws Exception;

  /** One step, from arrays of the host to a number of the host: a loss, or the first output. */
  interface Step {
    double run(int k) throws Exception;
  }

  /**
   * What is measured.
   *
   * @param part the part of the workload, empty for all of it
   * @param params the number of weights
   * @param calls how many calls a step consists of
   */
  record Job(String part, Step step, long params, int calls) {
    public Job(String part, Step step, long params) {
      this(part, step, params, 1);
    }
  }
}
