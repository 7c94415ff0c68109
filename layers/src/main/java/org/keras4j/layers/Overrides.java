package org.keras4j.layers;

import java.lang.reflect.Method;

/** Which methods of {@link Layer} a class overrides. */
final class Overrides {
  private static final ClassValue<Boolean> COMPUTE_MASK = of("computeMask", 2);
  private static final ClassValue<Boolean> BUILD = of("build", 1);

  private Overrides() {}

  private static ClassValue<Boolean> of(String method, int parameters) {
    return new ClassValue<>() {
      @Override
      protected Boolean computeValue(Class<?> type) {
        for (Class<?> c = type; c != Layer.class; c = c.getSuperclass()) {
          for (Method m : c.getDeclaredMethods()) {
            if (m.getName().equals(method) && m.getParameterCount() == parameters) {
              return true;
            }
          }
        }
        return false;
      }
    };
  }

  /** Such a layer handles masks. */
  static boolean computeMask(Class<?> type) {
    return COMPUTE_MASK.get(type);
  }

  /** Such a layer builds the layers inside it by itself. */
  static boolean build(Class<?> type) {
    return BUILD.get(type);
  }
}
