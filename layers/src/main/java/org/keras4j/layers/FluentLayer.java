package org.keras4j.layers;

import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.layers.regularizers.Regularizer;

/**
 * A layer whose settings return its own type, so that they chain in any order: {@code new
 * Dense(10).name("logits").activation("softmax")}.
 *
 * @param <S> the class itself
 */
public abstract class FluentLayer<S extends FluentLayer<S>> extends Layer implements Fluent<S> {
  protected FluentLayer() {}

  @SuppressWarnings("unchecked")
  protected final S self() {
    return (S) this;
  }

  /**
   * Changes a setting, if the layer is not built yet.
   *
   * @throws IllegalStateException if it is
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
  public S trainable(boolean value) {
    super.trainable(value);
    return self();
  }

  @Override
  public S dtype(@Nullable DTypePolicy policy) {
    super.dtype(policy);
    return self();
  }

  @Override
  public S dtype(String name) {
    super.dtype(name);
    return self();
  }

  @Override
  public S dtype(DType dtype) {
    super.dtype(dtype);
    return self();
  }

  @Override
  public S activityRegularizer(@Nullable Regularizer regularizer) {
    super.activityRegularizer(regularizer);
    return self();
  }

  @Override
  public S activityRegularizer(@Nullable String name) {
    super.activityRegularizer(name);
    return self();
  }
}
