package org.keras4j.layers.activations;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Fluent;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.Spelling;
import org.keras4j.core.serialization.ConfigEntries;
import org.keras4j.core.serialization.Registry;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.OutputFunction;

/**
 * A function applied to the outputs of a layer, element by element or along an axis. Built-in ones are
 * constants of {@link Activations}. A custom one that is to be saved is a class that is also {@link
 * org.keras4j.core.serialization.Configurable} and annotated with {@link
 * org.keras4j.core.serialization.KerasSerializable}; a lambda works everywhere else.
 */
@FunctionalInterface
public interface ActivationFunction extends OutputFunction {
  /** The function's value. */
  @Override
  Tensor call(Tensor x);

  /**
   * The function that an identifier means ({@code keras.activations.get}).
   *
   * @param identifier a function, Keras's name of one ({@code "relu"}), a layer, a config, or null for
   *     {@link Activations#LINEAR}
   * @throws IllegalArgumentException if there is no such function
   */
  static ActivationFunction get(@Nullable Object identifier) {
    if (identifier == null) {
      return Activations.LINEAR;
    }
    if (identifier instanceof ActivationFunction f) {
      return f;
    }
    if (identifier instanceof Layer l) {
      return new LayerActivation(l);
    }
    if (identifier instanceof String s) {
      ActivationFunction f = Activations.named(s);
      if (f != null) {
        return f;
      }
      Class<?> custom = Registry.find(s);
      if (custom != null && ActivationFunction.class.isAssignableFrom(custom)) {
        return (ActivationFunction) Registry.instantiate(custom);
      }
      throw new IllegalArgumentException(Spelling.unknown("activation", s, Activations.names()));
    }
    if (identifier instanceof Map<?, ?> m) {
      Object made = Serializer.functionName(m) instanceof String s ? s : Serializer.deserialize(m);
      if (made != null && !(made instanceof Map)) {
        return get(made);
      }
    }
    throw new IllegalArgumentException(
        "Expected an activation function, its name, a layer or a config, got "
            + ConfigEntries.shown(identifier));
  }

  /**
   * The function of a name, for setters.
   *
   * @param name {@code "relu"}; {@code "none"} or null for {@link Activations#LINEAR}
   * @return the function
   * @throws IllegalArgumentException if there is none of that name
   */
  static ActivationFunction named(@Nullable String name) {
    return get(Fluent.nameOrNull(name));
  }
}
