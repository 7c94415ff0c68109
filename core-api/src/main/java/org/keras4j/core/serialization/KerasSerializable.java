package org.keras4j.core.serialization;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a class that can stand in a saved config. The library's own name Keras's module ({@code
 * "keras.layers"}); custom ones a package of their own, as {@code
 * keras.saving.register_keras_serializable(package=...)} does.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface KerasSerializable {
  /** Keras module of a built-in class, {@code "keras.layers"}; empty for a custom one. */
  String module() default "";

  /** Package of a custom class; its registered name is {@code package>name}. */
  String pkg() default "Custom";

  /** The class name in configs; empty for the simple name of the Java class. */
  String name() default "";

  /** Further full names under which files may name it, {@code "keras.Sequential"}. */
  String[] aliases() default {};
}
