package org.keras4j.core.spi;

import java.util.List;

/** Announces a backend; found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
  /** The name by which it is chosen. */
  String name();

  /** Other names that mean it, those that Python's Keras uses for instance. */
  List<String> aliases();

  /** Among several, the highest is taken when nothing was chosen. */
  int priority();

  /**
   * Loads the engine; called once, when first needed.
   *
   * @throws BackendException if its native libraries cannot be had, saying why
   */
  Backend create();
}
