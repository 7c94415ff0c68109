package org.keras4j.ops.internal.surface;

import java.util.List;
import org.keras4j.ops.Ops;
import org.keras4j.ops.QuantizerOps;
import org.keras4j.ops.Tree;
import org.keras4j.ops.random.RandomOps;

/** The functions of this module. */
public final class OpsSurface implements SurfaceSource {
  @Override
  public List<Functions> functions() {
    return List.of(
        new Functions("keras.ops", Ops.class),
        new Functions("keras.random", RandomOps.class),
        new Functions("keras.tree", Tree.class),
        new Functions("keras.ops.image", Ops.Image.class),
        new Functions("keras.quantizers", QuantizerOps.class));
  }
}
