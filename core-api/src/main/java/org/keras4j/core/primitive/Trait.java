package org.keras4j.core.primitive;

import java.util.Set;

/**
 * What the machinery asks of primitives whose kinds it does not tell apart. Every primitive says its own
 * in {@link Primitive#traits()}.
 */
public enum Trait {
  /**
   * Computes numbers, in the dtype of its results, that may leave the range of that dtype and then wrap: a
   * backend that keeps small integers in larger ones brings them back.
   */
  ARITHMETIC,

  /** Sums products over matrices or windows: it works longer than its inputs and results are large. */
  PRODUCT,

  /** Factors matrices, by as many steps as the values need. */
  FACTORIZATION,

  /** How long it works cannot be told from shapes. */
  OPEN_ENDED,

  /** Two equal ones with the same inputs are not made one. */
  UNSHARED;

  /** No trait at all. */
  public static final Set<Trait> NONE = Set.of();
}
