package org.keras4j.core.primitive;

/**
 * One method for each factorization: a missing one is a compile error.
 *
 * @param <R> the result
 */
public interface FactorizationVisitor<R> {
  R cholesky(Cholesky p);

  R lu(Lu p);

  R qr(Qr p);

  R svd(Svd p);

  R eigh(Eigh p);

  R eig(Eig p);
}
