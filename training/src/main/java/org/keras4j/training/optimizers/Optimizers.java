package org.keras4j.training.optimizers;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.serialization.CustomObjects;
import org.keras4j.core.serialization.Serializer;

/** The functions of {@code keras.optimizers}. */
public final class Optimizers {
  private Optimizers() {}

  /** The optimizer of an identifier; see {@link Optimizer#get}. */
  public static @Nullable Optimizer get(@Nullable Object identifier) {
    return Optimizer.get(identifier);
  }

  /** The JSON tree of an optimizer ({@code keras.optimizers.serialize}). */
  public static @Nullable Object serialize(Optimizer optimizer) {
    return Serializer.serialize(optimizer);
  }

  /**
   * The optimizer of a JSON tree or a name ({@code keras.optimizers.deserialize}).
   *
   * @param customObjects classes by the names that the tree has for them, besides those registered; may be null
   * @return the optimizer
   */
  public static Optimizer deserialize(
      Object config, @Nullable Map<String, Class<?>> customObjects) {
    return CustomObjects.with(customObjects, () -> Objects.requireNonNull(Optimizer.get(config)));
  }
}
