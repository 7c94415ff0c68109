package org.keras4j.tck.ops;

import org.keras4j.core.Keras;
import org.keras4j.tck.backend.BackendTck;
import org.keras4j.tck.backend.Part;
import org.keras4j.tck.kit.KitOptions;

/** The kit's part {@link Part#GRADIENTS} on the backend of this run. */
class SlopesTest extends BackendTck {
  SlopesTest() {
    super(Keras.backend().name(), Part.GRADIENTS);
  }

  @Override
  protected KitOptions options() {
    return Profile.options(Keras.backend().name());
  }
}
