package org.keras4j.training.losses;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.layers.DTypePolicy;

/**
 * A loss whose settings return its own type, so that they chain in any order.
 *
 * <pre>{@code
 * final class Quantile extends FluentLoss<Quantile> {
 *   private double q = 0.5;
 *
 *   public Quantile q(double value) {
 *     return set("q", () -> this.q = value);
 *   }
 *
 *   @Override protected Tensor call(Object yTrue, Object yPred) {
 *     Tensor e = Ops.subtract(yTrue, yPred);
 *     return Ops.mean(Ops.maximum(Ops.multiply(q, e), Ops.multiply(q - 1, e)), -1);
 *   }
 * }
 * Loss loss = new Quantile().name("upper").q(0.9).reduction("sum");
 * }</pre>
 *
 * @param <S> the class itself
 */
public abstract class FluentLoss<S extends FluentLoss<S>> extends Loss implements Fluent<S> {
  /** A loss with an automatic name, reduced over the batch. */
  protected FluentLoss() {}

  /**
   * A loss reduced over the batch.
   *
   * @param name its name
   */
  protected FluentLoss(String name) {
    super(name);
  }

  @SuppressWarnings("unchecked")
  private S self() {
    return (S) this;
  }

  /**
   * Changes a setting, if the loss was not yet called.
   *
   * @param setting the setter's name
   * @param assignment what changes it
   * @return this loss
   * @throws IllegalStateException if it was called
   */
  protected final S set(String setting, Runnable assignment) {
    mutable(setting);
    assignment.run();
    return self();
  }

  @Override
  public S name(String value) {
    super.name(value);
    return self();
  }

  @Override
  public S reduction(@Nullable String value) {
    super.reduction(value);
    return self();
  }

  @Override
  public S dtype(DType value) {
    super.dtype(value);
    return self();
  }

  @Override
  public S dtype(String name) {
    super.dtype(name);
    return self();
  }

  @Override
  public S dtype(DTypePolicy policy) {
    super.dtype(policy);
    return self();
  }
}
