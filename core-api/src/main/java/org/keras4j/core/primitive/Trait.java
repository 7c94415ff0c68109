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

  /** How long it works cannot be told from shapes. */
  OPEN_ENDED,

  /** Two equal ones with the same inputs are not made one. */
  UNSHARED,

  /** Gives elements of its inputs and nothing else, so that a backend may leave them where they lie. */
  VIEW,

  /** Gives all elements of its inputs in their order. */
  SAME_ELEMENTS,

  /** Gives its elements in another shape: it is a view where they lie in their order in memory. */
  RESHAPE,

  /** Works on windows of its input. */
  WINDOWED,

  /** Every backend computes it as a whole, by a kernel that writes its results to memory. */
  KERNEL,

  /** Runs Java code on the host. */
  HOST;

  /** No trait at all. */
  public static final Set<Trait> NONE = Set.of();
}
