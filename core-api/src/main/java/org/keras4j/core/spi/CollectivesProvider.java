package org.keras4j.core.spi;

import java.time.Duration;

/** Announces an engine that connects processes; found by {@link java.util.ServiceLoader}. */
public interface CollectivesProvider {
  /** The name of the engine. */
  String name();

  /**
   * Connects this process with the others; returns once all are there.
   *
   * @param address the host name or number of rank 0
   * @param port a port there, which rank 0 listens on
   * @param rank of this process, from 0
   * @param size how many processes there are
   * @param timeout how long to wait, for the others now, and for each operation later
   * @throws CollectivesException if they do not come, or do not fit: other numbers of processes, a rank there twice, other
   *     versions of this library
   */
  Collectives connect(String address, int port, int rank, int size, Duration timeout);
}
