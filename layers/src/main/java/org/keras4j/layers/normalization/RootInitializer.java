package org.keras4j.layers.normalization;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.Ops;

/** The square root of what another initializer gives. */
final class RootInitializer extends Initializer {
  private final Initializer squared;

  RootInitializer(@Nullable Initializer squared) {
    this.squared = squared == null ? Initializer.of("ones") : squared;
  }

  @Override
  public Tensor call(Shape shape, DType dtype) {
    return Ops.sqrt(squared.call(shape, dtype));
  }

  @Override
  public Supplier<Tensor> later(Shape shape, DType dtype) {
    Supplier<Tensor> value = squared.later(shape, dtype);
    return () -> Ops.sqrt(value.get());
  }
}
