package org.keras4j.core.serialization;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.invoke.MethodHandles;

/**
 * The classes of one module, or of one jar of the class path, that are annotated with {@link
 * KerasSerializable}. The annotation processor {@code keras4j-registry-processor} writes a subclass and
 * announces it to {@link java.util.ServiceLoader}. In a named module it is called {@code KerasClasses}, in the
 * package of the module's name, and the {@code module-info.java} announces it:
 *
 * <pre>{@code
 * provides org.keras4j.core.serialization.SerializableClasses with com.example.app.KerasClasses;
 * }</pre>
 */
public abstract class SerializableClasses {
  /** For the generated subclass. */
  protected SerializableClasses() {}

  /** Gives access to the constructors and {@link Config} fields of the module's classes. */
  protected abstract MethodHandles.Lookup lookup();

  /** Names the classes, on the generated subclass. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.TYPE)
  public @interface Names {
    /** Binary names, sorted. */
    String[] value();

    /**
     * For each class the names that configs have for it, divided by {@code |}, aliases last, so that a class is loaded when a
     * config names it and not before; without them all are loaded for the first config.
     */
    String[] configNames() default {};
  }
}
