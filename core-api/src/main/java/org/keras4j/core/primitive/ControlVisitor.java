package org.keras4j.core.primitive;

/**
 * One method for each kind of control flow: a missing one is a compile error.
 *
 * @param <C> what the caller hands along
 * @param <R> the result
 */
public interface ControlVisitor<C, R> {
  R caseOf(Case p, C context);

  R whileLoop(While p, C context);

  R scan(Scan p, C context);
}
