package org.keras4j.layers.surface;

import java.util.List;
import org.keras4j.layers.activations.Activations;
import org.keras4j.layers.image.BoundingBoxes;
import org.keras4j.layers.merging.Merging;
import org.keras4j.ops.internal.surface.SurfaceSource;

/** The functions of this module by Keras's names. */
public final class LayersSurface implements SurfaceSource {
  @Override
  public List<Functions> functions() {
    return List.of(
        new Functions("keras.activations", Activations.class),
        new Functions("keras.layers", Merging.class),
        new Functions("keras.utils.bounding_boxes", BoundingBoxes.class));
  }
}
