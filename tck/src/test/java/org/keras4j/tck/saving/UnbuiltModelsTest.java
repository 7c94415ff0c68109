package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;

/** Models that have not seen a shape yet, in files. */
@Tag("pytorch")
class UnbuiltModelsTest {
  /** A model of one's own, which is built by a call alone. */
  @KerasSerializable(pkg = "unbuilt", name = "Own")
  static final class Own extends Model {
    private final Dense first = new Dense(3);

    @Override
    protected Tensor call(Tensor x) {
      return first.invoke(x);
    }
  }

  @TempDir
  Path folder;

  @BeforeAll
  static void register() {
    Registry.register(Own.class);
  }

  private Model again(Model m) {
    Path file = folder.resolve("m.keras");
    m.save(file);
    return Model.load(file);
  }

  @Test
  void aSequentialStaysUnbuilt() {
    Sequential m = new Sequential(new Dense(3), new Dropout(0.5), new Sequential(new Dense(2)));
    m.compile("adam", "mse");
    Sequential read = (Sequential) again(again(m));
    assertFalse(read.isBuilt());
    assertEquals(3, read.layers().size());
    assertNotNull(read.optimizer());
    assertEquals(Shape.of(5, 2), read.invoke(Ops.ones(Shape.of(5, 4))).shape());
    read.fit(Ops.ones(Shape.of(8, 4)), Ops.ones(Shape.of(8, 2)));
    assertTrue(again(read).isBuilt());
  }

  @Test
  void layersThatAreBuiltKeepTheirWeights() {
    Dense built = new Dense(3);
    built.buildFor(Shape.of(-1, 4));
    Model read = again(new Sequential(built, new Dense(2)));
    assertFalse(read.isBuilt());
    assertEquals(built.getWeights(), read.layers().get(0).getWeights());
  }

  @Test
  void aModelOfOnesOwn() {
    assertFalse(again(new Own()).isBuilt());
    Own used = new Own();
    Tensor x = Ops.ones(Shape.of(2, 4));
    Tensor y = used.invoke(x);
    Model read = again(used);
    assertEquals(y.toNDArray(), read.invoke(x).toNDArray());
  }

  @Test
  void theirWeights() {
    Sequential m = new Sequential(new Dense(3));
    Path file = folder.resolve("m.weights.h5");
    for (Throwable t : new Throwable[] {
      assertThrows(IllegalStateException.class, () -> m.saveWeights(file)),
      assertThrows(IllegalStateException.class, m::countParams)
    }) {
      assertTrue(t.getMessage().contains("built"), t.getMessage());
    }
  }

  /** What Keras wrote of the model of {@link #aSequentialStaysUnbuilt}. */
  @Test
  void ofKeras() throws IOException {
    Path file = folder.resolve("keras.keras");
    try (InputStream in =
        Objects.requireNonNull(UnbuiltModelsTest.class.getResourceAsStream("unbuilt.keras"))) {
      Files.copy(in, file);
    }
    Sequential read = (Sequential) Model.load(file);
    assertFalse(read.isBuilt());
    assertNotNull(read.optimizer());
    assertEquals(Shape.of(5, 2), read.invoke(Ops.ones(Shape.of(5, 4))).shape());
  }
}
