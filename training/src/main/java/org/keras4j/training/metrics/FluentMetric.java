package org.keras4j.training.metrics;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.layers.DTypePolicy;

/**
 * A metric whose settings return its own type, so that they chain in any order.
 *
 * <pre>{@code
 * final class Above extends FluentMetric<Above> {
 *   private double limit = 0.5;
 *   private Variable total;
 *
 *   public Above limit(double value) {
 *     return set("limit", () -> this.limit = value);
 *   }
 *
 *   @Override protected void build() {
 *     total = addVariable("total", Shape.SCALAR, "zeros");
 *   }
 *
 *   @Override public void updateState(Object yTrue, Object yPred, Object sampleWeight) {
 *     ensureBuilt();
 *     total.assign(Ops.add(total, Ops.sum(Ops.cast(Ops.greater(yPred, limit), dtype()))));
 *   }
 *
 *   @Override public Object result() {
 *     ensureBuilt();
 *     return total.value();
 *   }
 * }
 * Metric metric = new Above().name("above").limit(0.9).dtype("float64");
 * }</pre>
 *
 * @param <S> the class itself
 */
public abstract class FluentMetric<S extends FluentMetric<S>> extends Metric implements Fluent<S> {
  /** A metric with an automatic name. */
  protected FluentMetric() {}

  /**
   * A metric with a name.
   *
   * @param name the name, null for an automatic one
   */
  protected FluentMetric(@Nullable String name) {
    super(name);
  }

  @SuppressWarnings("unchecked")
  final S self() {
    return (S) this;
  }

  /**
   * Changes a setting, if the metric has no variables yet.
   *
   * @param setting the setter's name
   * @param assignment what changes it
   * @return this metric
   * @throws IllegalStateException if it has
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
