package org.keras4j.ops.internal.facade;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The outline of a class that the build writes: static methods that call the public static methods of
 * other classes, with their Javadoc. The outline's own Javadoc becomes that of the class; an outline within
 * an outline becomes a nested class.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.SOURCE)
public @interface Facade {
  /** The simple name of the class that is written. */
  String name();

  /** The classes whose methods it has, in this order. */
  Class<?>[] families() default {};

  /** Of an outline within another: whether the outer class has its methods too. */
  boolean flat() default true;
}
