package org.keras4j.examples.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.NDArray;
import org.keras4j.core.serialization.Registry;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;

class CustomComponentsTest {
  @TempDir
  Path folder;

  @Test
  void trainsSavesLoadsAndGoesOn() {
    CustomComponents.Outcome o = CustomComponents.run(folder);
    assertTrue(o.last() < 0.5 * o.first(), o::toString);
    assertTrue(o.epochs() < 40, o::toString);
    assertTrue(o.last() < 0.25, o::toString);
    assertTrue(o.samePredictions(), o::toString);
    assertTrue(o.continued() < 1.2 * o.last(), o::toString);
    assertTrue(o.noisyLast() < 0.7 * o.noisyFirst(), o::toString);
  }

  @Test
  void settingsAndStateOfCustomPartsAreSaved() {
    Registry.register(SignMomentum.class, "examples");
    Sequential m = new Sequential(new Input(3), new Antirectifier(4), new Dense(1));
    m.compile(new SignMomentum(0.05, 0.7), new QuantileLoss(0.3), new Coverage());
    m.trainOnBatch(new float[4][3], new float[][] {{1}, {2}, {3}, {4}});
    Path file = folder.resolve("parts.keras");
    m.save(file);
    Model again = Model.load(file);
    assertEquals(
        Serializer.serialize(m.getCompileConfig()), Serializer.serialize(again.getCompileConfig()));
    assertEquals(0.7, again.optimizer().getConfig().get("momentum"));
    for (int i = 0; i < m.optimizer().variables().size(); i++) {
      NDArray state = m.optimizer().variables().get(i).value().toNDArray();
      assertEquals(state, again.optimizer().variables().get(i).value().toNDArray());
    }
    assertEquals(
        m.testOnBatch(new float[4][3], new float[4][1]),
        again.testOnBatch(new float[4][3], new float[4][1]));
  }
}
