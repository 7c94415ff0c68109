package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Variable;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.LoadWeights;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.saving.ModelFileException;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.optimizers.Adam;

/** Files of Keras's older format, which real Keras wrote (scripts/record_legacy_files.py), and our own. */
class LegacyFilesTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir
  Path folder;

  private Path file(String name) throws IOException {
    Path out = folder.resolve(name);
    try (InputStream in = LegacyFilesTest.class.getResourceAsStream("legacy/" + name)) {
      Files.copy(in, out, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    return out;
  }

  private static List<NDArray> numbered(Map<String, NDArray> all, String prefix) {
    List<NDArray> out = new ArrayList<>();
    for (int i = 0; all.containsKey(prefix + i); i++) {
      out.add(all.get(prefix + i));
    }
    return out;
  }

  private void assertPredicts(Model model, String name) throws IOException {
    Map<String, NDArray> golden = Npz.read(file(name + ".npz"));
    List<NDArray> in = numbered(golden, "in");
    List<NDArray> expected = numbered(golden, "out");
    List<?> got =
        Nest.flatten(model.predictNested(in.size() == 1 ? in.get(0) : in, Run.defaults()));
    assertEquals(expected.size(), got.size());
    for (int i = 0; i < expected.size(); i++) {
      assertClose(expected.get(i), (NDArray) got.get(i), name + " output " + i);
    }
  }

  private static void assertClose(NDArray expected, NDArray got, String what) {
    assertEquals(expected.shape(), got.shape(), what);
    for (int k = 0; k < expected.size(); k++) {
      double e = expected.getDouble(k);
      assertEquals(
          e, got.getDouble(k), TOLERANCE * Math.max(1, Math.abs(e)), what + " [" + k + "]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keras3_sequential",
        "keras3_functional",
        "keras3_sequence",
        "keras2_sequential",
        "keras2_functional"
      })
  void modelsOfKerasPredictAsThere(String name) throws IOException {
    Model model = Model.load(file(name + ".h5"));
    assertPredicts(model, name);
    // and what is written is read again
    Path copy = folder.resolve("copy.h5");
    model.save(copy);
    assertPredicts(Model.load(copy), name);
    Path weights = folder.resolve("w.h5");
    model.saveWeights(weights);
    Model other = model.cloneModel();
    other.loadWeights(weights);
    assertPredicts(other, name);
  }

  @Test
  void theOptimizerGoesOn() throws IOException {
    Model model = Model.load(file("keras3_sequential.h5"));
    List<NDArray> state = numbered(Npz.read(file("keras3_optimizer.npz")), "v");
    List<Variable> variables = model.optimizer().variables();
    assertEquals(state.size(), variables.size());
    for (int i = 0; i < state.size(); i++) {
      assertClose(
          state.get(i), variables.get(i).value().toNDArray(), variables.get(i).path());
    }
    Path copy = folder.resolve("copy.h5");
    model.save(copy);
    List<Variable> again = Model.load(copy).optimizer().variables();
    for (int i = 0; i < state.size(); i++) {
      assertClose(state.get(i), again.get(i).value().toNDArray(), again.get(i).path());
    }
  }

  @Test
  void whatKeras2CompiledIsCompiledAsItMeans() throws IOException {
    Model model = Model.load(file("keras2_sequential.h5"));
    Adam adam = assertInstanceOf(Adam.class, model.optimizer());
    String config = adam.getConfig().toString();
    assertTrue(config.contains("InverseTimeDecay"), config);
    NDArray x = Npz.read(file("keras2_sequential.npz")).get("in0");
    NDArray y = NDArray.of(new float[] {1, 0, 0, 1, 1, 0}, 3, 2);
    assertEquals(
        1, model.fit(x, y, Fit.epochs(1).verbose(0)).history().get("accuracy").size());
    Model two = Model.load(file("keras2_functional.h5"));
    Map<String, Object> settings = two.getCompileConfig();
    assertTrue(
        settings.get("metrics").toString().contains("MeanAbsoluteError"), settings::toString);
    assertEquals(List.of(1.0, 0.5), settings.get("loss_weights"));
  }

  @Test
  void layersAreFoundByNameOrByOrder() throws IOException {
    Sequential source =
        new Sequential(new Input(4), new Dense(3).name("one"), new Dense(2).name("two"));
    Path w = folder.resolve("w.h5");
    source.saveWeights(w);
    Sequential renamed =
        new Sequential(new Input(4), new Dense(3).name("a"), new Dense(2).name("b"));
    renamed.loadWeights(w);
    assertSame(source.getWeights(), renamed.getWeights());
    // by name, a layer more and another order do no harm
    Sequential other = new Sequential(
        new Input(4),
        new Dense(4).name("zero"),
        new Dense(3).name("one"),
        new Dense(5).name("two"));
    List<NDArray> before = other.getWeights();
    ModelFileException e = assertThrows(
        ModelFileException.class,
        () -> other.loadWeights(w, LoadWeights.defaults().byName(true)));
    assertTrue(e.getMessage().contains("two") && e.getMessage().contains("(3, 5)"), e.getMessage());
    assertSame(before, other.getWeights()); // nothing is assigned unless everything fits
    other.loadWeights(w, LoadWeights.skipMismatch(true).byName(true));
    assertSame(source.getWeights().subList(0, 2), other.getWeights().subList(2, 4));
    assertSame(before.subList(4, 6), other.getWeights().subList(4, 6));
    assertSame(before.subList(0, 2), other.getWeights().subList(0, 2));
    // by order the number of layers has to be the same in any case
    assertThrows(
        ModelFileException.class, () -> other.loadWeights(w, LoadWeights.skipMismatch(true)));
    Sequential wide =
        new Sequential(new Input(4), new Dense(3).name("one"), new Dense(7).name("two"));
    wide.loadWeights(w, LoadWeights.skipMismatch(true));
    assertSame(source.getWeights().subList(0, 2), wide.getWeights().subList(0, 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> wide.loadWeights(
            folder.resolve("x.weights.h5"), LoadWeights.defaults().byName(true)));
  }

  private static void assertSame(List<NDArray> expected, List<NDArray> got) {
    assertEquals(expected.size(), got.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), got.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.h5", "split_weights.h5", "keras3_functional.h5"})
  void weightsAloneAndCutListsOfNames(String name) throws IOException {
    Model model = Model.load(file("keras3_functional.h5")).cloneModel();
    model.loadWeights(file(name));
    assertPredicts(model, "keras3_functional");
  }

  /** Files of the older kind hold the update of LoRA beside the weight that it is for, not added to it. */
  @Test
  void updatesOfLoraStayApart() {
    Dense one = new Dense(3);
    Sequential model = new Sequential(
        new Input(4), one, new EinsumDense("ab,bc->ac", 2).biasAxes("c").loraRank(2));
    one.enableLora(2);
    List<NDArray> all = new ArrayList<>();
    for (NDArray w : model.getWeights()) {
      float[] v = new float[w.size()];
      for (int i = 0; i < v.length; i++) {
        v[i] = (i * 7 + all.size()) % 5 - 2;
      }
      all.add(NDArray.of(v, w.shape().toArray()));
    }
    model.setWeights(all);
    NDArray x = NDArray.of(new float[] {1, 2, -1, 0.5f}, 1, 4);
    Path whole = folder.resolve("lora.h5");
    model.save(whole);
    Model again = Model.load(whole);
    assertSame(all, again.getWeights());
    assertEquals(model.predict(x), again.predict(x));
    Path weights = folder.resolve("w.h5");
    model.saveWeights(weights);
    for (boolean byName : new boolean[] {false, true}) {
      Model other = Model.load(whole);
      other.setWeights(
          all.stream().map(w -> NDArray.zeros(w.dtype(), w.shape())).toList());
      other.loadWeights(weights, LoadWeights.defaults().byName(byName));
      assertSame(all, other.getWeights());
    }
  }

  @Test
  void manyLayersAndLongConfigs() {
    // lists of names and configs of more than a message of HDF5 takes
    Sequential model = new Sequential(new Input(1));
    for (int i = 0; i < 700; i++) {
      model.add(new Dense(1)
          .name(
              "a_layer_with_a_name_that_is_quite_long_and_has_a_number_that_makes_it_longer_" + i));
    }
    Path f = folder.resolve("many.h5");
    model.save(f);
    assertSame(model.getWeights(), Model.load(f).getWeights());
  }

  @Test
  void whatIsNoModelIsRefusedInWords() throws IOException {
    ModelFileException e =
        assertThrows(ModelFileException.class, () -> Model.load(file("weights.h5")));
    assertTrue(e.getMessage().contains("weights alone"), e.getMessage());
    Path empty = folder.resolve("e.h5");
    Files.write(empty, new byte[100]);
    assertThrows(ModelFileException.class, () -> Model.load(empty));
    Sequential model = new Sequential(new Input(4), new Dense(2));
    Path keras = folder.resolve("m.weights.h5");
    model.saveWeights(keras);
    Path renamed = Files.copy(keras, folder.resolve("m.h5"));
    ModelFileException x = assertThrows(ModelFileException.class, () -> model.loadWeights(renamed));
    assertTrue(x.getMessage().contains("layer_names"), x.getMessage());
    assertNull(model.optimizer());
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    byte[] good = Files.readAllBytes(file("keras2_sequential.h5"));
    Random random = new Random(3);
    Path f = folder.resolve("d.h5");
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] bad = good.clone();
      for (int k = 0; k <= i % 4; k++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      Files.write(f, bad);
      try {
        Model.load(f); // in a weight or in free space it does no harm
      } catch (ModelFileException e) {
        refused++;
      }
    }
    assertNotEquals(0, refused);
  }
}
