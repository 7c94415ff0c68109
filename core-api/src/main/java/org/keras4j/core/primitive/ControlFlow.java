package org.keras4j.core.primitive;

/**
 * A primitive that runs its graphs once, often, or not at all. Who runs it, or works through its graphs, answers for each kind
 * by a {@link ControlVisitor}.
 */
public sealed interface ControlFlow extends Primitive permits Case, Scan, While {
  /** Calls the visitor's method for this kind. */
  <C, R> R control(ControlVisitor<C, R> visitor, C context);

  /** Whether a result is gathered, step by step, in memory that is no operand's. */
  boolean gathers(int output);
}
