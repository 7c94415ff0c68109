package org.keras4j.core.primitive;

/**
 * A primitive that factors matrices, by as many steps as the values need. A backend without one of its own answers for each kind
 * by a {@link FactorizationVisitor}.
 */
public sealed interface Factorization extends Primitive permits Cholesky, Eig, Eigh, Lu, Qr, Svd {
  /** Calls the visitor's method for this kind. */
  <R> R factorize(FactorizationVisitor<R> visitor);
}
