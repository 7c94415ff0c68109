package org.keras4j.core.serialization;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a field as an entry of its object's config: read for {@code getConfig}, set when the object is
 * made from one. The entry's key is the field's name in snake case unless given. A field whose type has a
 * {@code public static T get(Object identifier)} takes whatever that takes.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Config {
  /** The key in the config; empty for the field's name in snake case. */
  String value() default "";
}
