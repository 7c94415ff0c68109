package org.keras4j.tck.training;

import org.keras4j.core.Keras;
import org.keras4j.tck.backend.BackendTck;
import org.keras4j.tck.backend.Part;

/** The kit's part {@link Part#TRAINING} on the backend of this run. */
class EveryOptimizerTrainsTest extends BackendTck {
  EveryOptimizerTrainsTest() {
    super(Keras.backend().name(), Part.TRAINING);
  }
}
