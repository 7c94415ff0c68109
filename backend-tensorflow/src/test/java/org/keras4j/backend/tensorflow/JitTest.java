package org.keras4j.backend.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.keras4j.backend.tensorflow.Primitives.floats;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Eig;
import org.keras4j.core.spi.CompileOptions;

/** Functions compiled by the XLA in TensorFlow, which is a setting. */
class JitTest {
  private static final String SETTING = "keras4j.tensorflow.jit";

  @BeforeEach
  void on() {
    System.setProperty(SETTING, "true");
  }

  @AfterEach
  void off() {
    System.clearProperty(SETTING);
  }

  @Test
  void computesTheSame() {
    NDArray x = floats(new double[] {1, 2, 3}, 3);
    assertEquals(
        floats(new double[] {1, 4, 9}, 3),
        Primitives.compiled(new Binary(BinaryKind.MUL), x, x).get(0));
    assertEquals(
        floats(new double[] {2, 4, 6}, 3),
        Primitives.dynamic(new Binary(BinaryKind.ADD), x, x).get(0));
  }

  @Test
  void runsAnywayWhatXlaDoesNotCompile() {
    NDArray x = floats(new double[] {2, 0, 0, 3}, 2, 2);
    List<NDArray> plain = Primitives.eager(new Eig(), x);
    List<NDArray> jit =
        Primitives.compiled(new Eig(), CompileOptions.DEFAULT, List.of(x.spec()), x);
    assertEquals(plain, jit);
  }

  @Test
  void mistakesAreStillTold() {
    NDArray x = floats(new double[] {2, 0, 0, 3}, 2, 2);
    assertThrows(
        IllegalArgumentException.class,
        () -> Primitives.compiled(
            new Binary(BinaryKind.ADD), CompileOptions.DEFAULT, List.of(x.spec(), x.spec()), x));
  }
}
