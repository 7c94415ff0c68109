package org.keras4j.tck.ops;

import org.keras4j.core.Keras;
import org.keras4j.tck.backend.BackendTck;
import org.keras4j.tck.backend.Part;

/** The kit's part {@link Part#WRONG_ARGUMENTS} on the backend of this run. */
class WrongArgumentsTest extends BackendTck {
  WrongArgumentsTest() {
    super(Keras.backend().name(), Part.WRONG_ARGUMENTS);
  }
}
