package org.keras4j.core.spi;

import org.jspecify.annotations.Nullable;

/** A group of processes cannot go on: one of them failed, was lost, does not answer, or does something else. */
public final class CollectivesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The rank that is to blame; -1 if that is not known. */
  private final int rank;

  /**
   * A failure.
   *
   * @param message what happened, and to which rank
   * @param rank the rank that is to blame; -1 if that is not known
   * @param cause what the engine threw, or null
   */
  public CollectivesException(String message, int rank, @Nullable Throwable cause) {
    super(message, cause);
    this.rank = rank;
  }

  /** The rank that is to blame; -1 if that is not known. */
  public int rank() {
    return rank;
  }
}
