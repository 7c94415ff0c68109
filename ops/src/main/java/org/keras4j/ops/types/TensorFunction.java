package org.keras4j.ops.types;

/** A function of array-likes: tensors, variables, arrays, numbers. */
@FunctionalInterface
public interface TensorFunction<R> {
  R apply(Object... args);
}
