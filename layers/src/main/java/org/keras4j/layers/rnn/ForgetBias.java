package org.keras4j.layers.rnn;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.ops.Ops;

/** The bias of four gates, the second of which starts with ones. */
final class ForgetBias extends Initializer {
  private final @Nullable Initializer others;

  ForgetBias(@Nullable Initializer others) {
    this.others = others;
  }

  @Override
  public Tensor call(Shape shape, DType dtype) {
    return later(shape, dtype).get();
  }

  @Override
  public Supplier<Tensor> later(Shape shape, DType dtype) {
    long units = shape.dim(0) / 4;
    Initializer init = others == null ? Initializer.of("zeros") : others;
    Supplier<Tensor> input = init.later(Shape.of(units), dtype);
    Supplier<Tensor> rest = init.later(Shape.of(2 * units), dtype);
    return () ->
        Ops.concatenate(List.of(input.get(), Ops.ones(Shape.of(units), dtype), rest.get()));
  }
}
