package org.keras4j.ops.internal.surface;

import java.util.List;

/** A module's contribution to the {@link Surface}, found as a service. */
public interface SurfaceSource {
  /**
   * The public static methods of a class, for functions of a Keras namespace.
   *
   * @param namespace for instance {@code "keras.ops"}
   */
  record Functions(String namespace, Class<?> holder) {}

  List<Functions> functions();
}
