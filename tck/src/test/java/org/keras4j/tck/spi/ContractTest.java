package org.keras4j.tck.spi;

import org.keras4j.core.Keras;
import org.keras4j.tck.backend.BackendTck;
import org.keras4j.tck.backend.Part;

/** The kit's part {@link Part#CONTRACT} on the backend of this run. */
class ContractTest extends BackendTck {
  ContractTest() {
    super(Keras.backend().name(), Part.CONTRACT);
  }
}
