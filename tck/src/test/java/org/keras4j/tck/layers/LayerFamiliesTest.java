package org.keras4j.tck.layers;

import org.keras4j.core.Keras;
import org.keras4j.tck.backend.BackendTck;
import org.keras4j.tck.backend.Part;

/** The kit's part {@link Part#LAYERS} on the backend of this run. */
class LayerFamiliesTest extends BackendTck {
  LayerFamiliesTest() {
    super(Keras.backend().name(), Part.LAYERS);
  }
}
