package org.keras4j.layers.initializers;

import java.util.function.Supplier;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;

/**
 * An initializer whose settings return its own type, so that they chain in any order.
 *
 * <pre>{@code
 * final class Steps extends FluentInitializer<Steps> {
 *   private double by = 1;
 *
 *   public Steps by(double value) {
 *     return set("by", () -> this.by = value);
 *   }
 *
 *   @Override protected Tensor values(Shape shape, DType dtype) {
 *     return Ops.reshape(Ops.multiply(by, Ops.arange(0, shape.size(), 1, dtype)), shape);
 *   }
 * }
 * var layer = new Dense(3).kernelInitializer(new Steps().by(0.01));
 * }</pre>
 *
 * @param <S> the class itself
 */
public abstract class FluentInitializer<S extends FluentInitializer<S>> extends Initializer
    implements Fluent<S> {
  private boolean used;

  /** An initializer. */
  protected FluentInitializer() {}

  /**
   * The first value of a weight.
   *
   * @param shape its shape
   * @param dtype its dtype
   * @return a tensor of these
   */
  protected abstract Tensor values(Shape shape, DType dtype);

  @Override
  public final Tensor call(Shape shape, DType dtype) {
    use();
    return values(shape, dtype);
  }

  @Override
  public final Supplier<Tensor> later(Shape shape, DType dtype) {
    use();
    return super.later(shape, dtype);
  }

  private void use() {
    if (!used) {
      used = true;
    }
  }

  /**
   * Changes a setting, if the initializer was not yet called.
   *
   * @param setting the setter's name
   * @param assignment what changes it
   * @return this initializer
   * @throws IllegalStateException if it was called
   */
  @SuppressWarnings("unchecked")
  protected final S set(String setting, Runnable assignment) {
    if (used) {
      throw Fluent.tooLate(getClass().getSimpleName(), "initializer", setting);
    }
    assignment.run();
    return (S) this;
  }
}
