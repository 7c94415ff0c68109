package org.keras4j.core;

import org.jspecify.annotations.Nullable;

/**
 * An object that is set up by fluent methods. Layers, losses, metrics, optimizers, schedules, initializers and callbacks
 * keep to the same rules:
 *
 * <ul>
 *   <li>What an object cannot do without is an argument of its constructor; all else has Keras's default and a setter of
 *       Keras's name in Java's case.
 *   <li>A setter returns the object itself, as its own type, so that setters chain in any order.
 *   <li>A setter takes what the setting means: {@code int}, {@code double}, {@code boolean}, {@code String} or an object,
 *       by overloads where Keras takes several kinds. Where Keras takes {@code None}, a setting of one kind takes null; one
 *       that has a name or an object takes the name {@code "none"} as well as a null of either type.
 *   <li>A setter checks its argument at once ({@link IllegalArgumentException}).
 *   <li>An object in use is not changed: after a layer or an optimizer is built, a metric has made its variables, or a loss,
 *       a schedule, an initializer or a callback was first called, its setters throw {@link IllegalStateException}.
 * </ul>
 *
 * @param <S> the class itself
 */
public interface Fluent<S extends Fluent<S>> {
  /**
   * What a setter throws that comes too late.
   *
   * @param label the object, {@code Dense 'fc1'}
   * @param kind what it is, {@code layer}
   * @param setting the setter's name
   * @return the exception, {@code Dense 'fc1': 'units' cannot be set any more, the layer is in use}
   */
  static IllegalStateException tooLate(String label, String kind, String setting) {
    return new IllegalStateException(
        label + ": '" + setting + "' cannot be set any more, the " + kind + " is in use");
  }

  /**
   * What a setter of a name makes of it: {@code "none"}, in any case, is null.
   *
   * @param name a name, or null
   * @return the name; null if there is none
   */
  static @Nullable String nameOrNull(@Nullable String name) {
    return name == null || name.equalsIgnoreCase("none") ? null : name;
  }
}
