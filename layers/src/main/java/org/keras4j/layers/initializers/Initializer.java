package org.keras4j.layers.initializers;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Fluent;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.ops.random.SeedGenerator;

/**
 * Makes the first value of a weight ({@code keras.initializers.Initializer}). One of one's own with settings extends {@link
 * FluentInitializer}.
 *
 * <pre>{@code
 * final class Halves extends Initializer {
 *   @Override public Tensor call(Shape shape, DType dtype) {
 *     return Ops.full(shape, 0.5, dtype);
 *   }
 * }
 * var layer = new Dense(3).kernelInitializer(new Halves()).biasInitializer("ones");
 * }</pre>
 */
public abstract class Initializer implements Configurable {
  private static final Map<String, String> SHORT_NAMES = Map.of(
      "uniform", "random_uniform", "normal", "random_normal", "one", "ones", "zero", "zeros");

  /**
   * The first value of a weight.
   *
   * @param shape its shape
   * @param dtype its dtype
   * @return a tensor of these
   */
  public abstract Tensor call(Shape shape, DType dtype);

  /**
   * What {@link #call} gives, made when it is asked for, with a seed that is taken now: the numbers of a
   * weight depend on which weights were added before it, and not on which were read before it.
   */
  public Supplier<Tensor> later(Shape shape, DType dtype) {
    long seed = SeedGenerator.defaultSeed();
    return () -> SeedGenerator.withGlobal(seed, () -> call(shape, dtype));
  }

  /**
   * The initializer that an identifier means ({@code keras.initializers.get}).
   *
   * @param identifier a name ({@code "glorot_uniform"}), a config, an initializer, which is itself, or a tensor or array,
   *     which stands for its own values, in exactly its shape; null for none
   * @return the initializer, null for none
   * @throws IllegalArgumentException if there is none of that name, listing what there is
   */
  public static @Nullable Initializer get(@Nullable Object identifier) {
    if (identifier instanceof Tensor || identifier instanceof NDArray) {
      return new GivenValue(identifier);
    }
    Object meant = identifier instanceof String s ? SHORT_NAMES.getOrDefault(s, s) : identifier;
    return Registry.resolve("keras.initializers", Initializer.class, meant);
  }

  /**
   * The initializer of a name.
   *
   * @throws IllegalArgumentException if there is none of that name, listing what there is
   */
  public static Initializer of(String name) {
    return Objects.requireNonNull(get(name));
  }

  /**
   * The initializer of a name, for setters.
   *
   * @param name {@code "glorot_uniform"}; {@code "none"} or null for none
   * @return the initializer, null for none
   * @throws IllegalArgumentException if there is none of that name, listing what there is
   */
  public static @Nullable Initializer named(@Nullable String name) {
    return get(Fluent.nameOrNull(name));
  }
}
