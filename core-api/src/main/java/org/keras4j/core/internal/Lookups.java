package org.keras4j.core.internal;

import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Access to the fields and constructors of the classes that are made from configs. A named module gives it by
 * the lookup of its generated list of classes, or by opening the package to {@code org.keras4j.core}; classes
 * of the class path need neither.
 */
public final class Lookups {
  private static final Map<Module, MethodHandles.Lookup> GIVEN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Lookups() {}

  /** Keeps the lookup by which a module gives access to its classes. */
  public static void give(MethodHandles.Lookup lookup) {
    GIVEN.putIfAbsent(lookup.lookupClass().getModule(), lookup);
  }

  /**
   * A lookup with access to the private members of a class.
   *
   * @throws IllegalStateException if its module gives none, saying how it would
   */
  public static MethodHandles.Lookup in(Class<?> type) {
    Module module = type.getModule();
    MethodHandles.Lookup lookup = GIVEN.get(module);
    if (lookup == null) {
      Lookups.class.getModule().addReads(module);
      lookup = MethodHandles.lookup();
    }
    try {
      return MethodHandles.privateLookupIn(type, lookup);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(
          "Module " + module.getName() + " gives no access to " + type.getName()
              + ": compile it with the annotation processor keras4j-registry-processor and let it"
              + " provide org.keras4j.core.serialization.SerializableClasses, or write 'opens "
              + type.getPackageName() + " to org.keras4j.core' in its module-info.java",
          e);
    }
  }
}
