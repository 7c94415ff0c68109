package org.keras4j.tck.primitives;

import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.tck.backend.BackendTck;
import org.keras4j.tck.backend.Part;
import org.keras4j.tck.kit.KitOptions;

/** The kit's part {@link Part#PRIMITIVES} on the backend of this run. */
class PrimitivesTest extends BackendTck {
  PrimitivesTest() {
    super(Keras.backend().name(), Part.PRIMITIVES);
  }

  @Override
  protected KitOptions options() {
    KitOptions options = new KitOptions();
    return switch (Keras.backend().name()) {
      case "pytorch" -> options.heldOnly(DType.FLOAT8_E4M3FN, DType.FLOAT8_E5M2);
      case "xla" ->
        options.knownGap(
            "PRIMITIVES/Index sortsOfTheSmallestNumbers",
            "XLA takes denormal numbers for 0 where it compares them on a CPU");
      default -> options;
    };
  }
}
