package org.keras4j.tck.ops;

import org.keras4j.core.Keras;
import org.keras4j.tck.backend.BackendTck;
import org.keras4j.tck.backend.Part;
import org.keras4j.tck.kit.KitOptions;

/** The kit's part {@link Part#SYMBOLIC} on the backend of this run. */
class SymbolicTest extends BackendTck {
  SymbolicTest() {
    super(Keras.backend().name(), Part.SYMBOLIC);
  }

  @Override
  protected KitOptions options() {
    return Profile.options(Keras.backend().name());
  }
}
