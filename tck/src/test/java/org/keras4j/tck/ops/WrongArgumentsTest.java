package org.keras4j.tck.ops;

import org.keras4j.core.Keras;
import org.keras4j.tck.backend.BackendTck;
import org.keras4j.tck.backend.Part;
import org.keras4j.tck.kit.KitOptions;

/** The kit's part {@link Part#WRONG_ARGUMENTS} on the backend of this run. */
class WrongArgumentsTest extends BackendTck {
  WrongArgumentsTest() {
    super(Keras.backend().name(), Part.WRONG_ARGUMENTS);
  }

  @Override
  protected KitOptions options() {
    return Profile.options(Keras.backend().name());
  }
}
