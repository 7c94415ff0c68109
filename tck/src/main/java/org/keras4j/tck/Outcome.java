package org.keras4j.tck;

import java.util.List;

/**
 * What a replay showed.
 *
 * @param status whether all checks held
 * @param messages of a failure what differed, one for each check; of a skipped case what is not built
 */
public record Outcome(Case of, Status status, List<String> messages) {
  /** Whether some gradients of the case were compared at a wider tolerance, since they were recorded less exactly. */
  public boolean hasOwnTolerance() {
    return OwnTolerances.has(of);
  }

  /** How a replay ended. */
  public enum Status {
    PASSED,
    FAILED,
    SKIPPED
  }
}
