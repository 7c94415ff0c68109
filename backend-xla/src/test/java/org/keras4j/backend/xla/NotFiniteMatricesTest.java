package org.keras4j.backend.xla;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Svd;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;

/** Factors of matrices that hold NaN: here NaN, where other engines fail. */
class NotFiniteMatricesTest {
  private static final NDArray MATRIX = NDArray.of(new double[] {1, Double.NaN, 2, 3}, 2, 2);

  private static NDArray result(Primitive p, int which) {
    Backend b = Keras.backend("xla");
    try (BackendTensor x = b.fromHost(MATRIX, "")) {
      return b.execute(p, List.of(x), p.infer(List.of(x.spec()))).get(which).toHost();
    }
  }

  @Test
  void giveNaN() {
    assertTrue(Double.isNaN(result(new Svd(false), 1).getDouble(0)));
    assertTrue(Double.isNaN(result(new Eig(), 0).getDouble(0)));
  }
}
