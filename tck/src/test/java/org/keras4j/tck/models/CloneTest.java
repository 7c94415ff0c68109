package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Operation;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.ReLU;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.InputLayer;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Clone;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;

/** Models made of the layers of others, as Keras makes them. */
class CloneTest {
  private static UnaryOperator<Layer> changed(String entry, UnaryOperator<Object> change) {
    return layer -> {
      Map<String, Object> config = layer.getConfig();
      config.computeIfPresent(entry, (k, v) -> change.apply(v));
      return Serializer.fromConfig(layer.getClass(), config);
    };
  }

  private static Layer elu(Layer layer) {
    return layer.name().equals("side")
        ? changed("activation", a -> "elu").apply(layer)
        : changed("name", n -> n).apply(layer);
  }

  private static Object withDropout(Operation op, List<Object> args, Map<String, Object> kwargs) {
    Object out = op.invoke(args, kwargs);
    return op instanceof Dense d ? new Dropout(0.5).name("after_" + d.name()).invoke(out) : out;
  }

  /** The first place where two trees differ; null if none does. */
  private static @Nullable String difference(@Nullable Object a, @Nullable Object b, String path) {
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      TreeSet<Object> keys = new TreeSet<>(x.keySet());
      keys.addAll(y.keySet());
      for (Object k : keys) {
        if (k.equals("training") && Boolean.FALSE.equals(x.get(k)) && !y.containsKey(k)) {
          continue; // Keras notes a default that its calls have
        }
        String d = x.containsKey(k) != y.containsKey(k)
            ? path + "." + k + " in one alone"
            : difference(x.get(k), y.get(k), path + "." + k);
        if (d != null) {
          return d;
        }
      }
      return null;
    }
    if (a instanceof List<?> x && b instanceof List<?> y && x.size() == y.size()) {
      for (int i = 0; i < x.size(); i++) {
        String d = difference(x.get(i), y.get(i), path + "[" + i + "]");
        if (d != null) {
          return d;
        }
      }
      return null;
    }
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue() ? null : path + ": " + a + " and " + b;
    }
    return Objects.equals(a, b) ? null : path + ": " + a + " and " + b;
  }

  @Test
  void configsOfClonesAreThoseOfKeras() {
    Functional model = Recorded.model();
    KerasTensor other = new InputLayer(Shape.of(2, 8, 8, 1)).name("other").output();
    Map<String, Clone> options = Map.of(
        "plain", Clone.defaults(),
        "function", Clone.function(CloneTest::elu),
        "call", Clone.defaults().callFunction(CloneTest::withDropout),
        "recursive", Clone.function(changed("name", n -> "new_" + n)).recursive(true),
        "input", Clone.defaults().inputTensors(other));
    // the clone function gets layers, Keras's gets functions too
    Map<?, ?> recorded =
        Recorded.json(Recorded.text("clones.json").replace("new_relu_1", "relu_1"));
    assertEquals(options.keySet(), recorded.keySet());
    options.forEach((name, o) -> {
      Model clone = model.cloneModel(o);
      assertNull(difference(recorded.get(name), Recorded.json(clone.toJson()), name));
    });
  }

  @Test
  void aCloneHasWeightsOfItsOwn() {
    Functional model = Recorded.model();
    Model clone = model.cloneModel();
    assertNotSame(model.getLayer("head"), clone.getLayer("head"));
    clone.setWeights(model.getWeights());
    NDArray x = Recorded.array("x");
    assertEquals(0, Recorded.distance(model.predict(x), clone.predict(x)), 1e-6);
    model
        .getLayer("head")
        .setWeights(model.getLayer("head").getWeights().stream()
            .map(w -> NDArray.zeros(w.dtype(), w.shape()))
            .toList());
    assertNotEquals(model.getLayer("head").getWeights(), clone.getLayer("head").getWeights());
  }

  @Test
  void layersMayBeUsedAgainAndCallsChanged() {
    Functional model = Recorded.model();
    Model same = model.cloneModel(Clone.function(l -> l).callFunction(CloneTest::withDropout));
    assertSame(model.getLayer("head"), same.getLayer("head"));
    assertEquals(2, same.layers().stream().filter(Dropout.class::isInstance).count());
    NDArray x = Recorded.array("x");
    assertEquals(model.predict(x), same.predict(x)); // dropout rests
    // a layer that is called twice is cloned once
    Dense shared = new Dense(4);
    KerasTensor in = Input.of(4);
    Functional twice = Model.of(in, shared.invoke(shared.invoke(in)));
    assertEquals(2, twice.cloneModel().weights().size());
    Functional nested =
        Model.of(in, new Add().invoke(List.of(twice.invoke(in), shared.invoke(in))));
    assertEquals(
        2, nested.cloneModel(Clone.defaults().recursive(true)).weights().size());
    assertEquals(4, nested.cloneModel().weights().size());
  }

  @Test
  void functionsMayBecomeLayers() {
    KerasTensor in = Input.of(4);
    Tensor x = Ops.relu(new Dense(3).invoke(in));
    Functional model = Model.of(in, Ops.add(Ops.relu(new Dense(3).invoke(x)), x));
    Functional clone = (Functional) model.cloneModel(Clone.function(l -> l)
        .operationFunction(op -> op.name().endsWith("relu") ? new ReLU() : op));
    assertEquals(2, clone.layers().stream().filter(ReLU.class::isInstance).count());
    assertEquals(
        List.of("ops.add"),
        clone.operations().stream()
            .filter(op -> !(op instanceof Layer))
            .map(Operation::name)
            .toList());
    NDArray rows = NDArray.of(new float[] {1, -2, 3, 0.5f}, 1, 4);
    assertEquals(model.predict(rows), clone.predict(rows));
    assertThrows(
        IllegalArgumentException.class,
        () -> model.cloneModel(Clone.defaults().operationFunction(op -> null)));
  }

  @Test
  void compiledModelsGiveCompiledClones() {
    Sequential model =
        new Sequential(new Input(3), new Dense(2).activation("relu").name("a"), new Dense(1));
    model.compile("sgd", "mae", "mse");
    Sequential clone = (Sequential) model.cloneModel();
    assertTrue(clone.isCompiled());
    assertNotSame(model.optimizer(), clone.optimizer());
    clone.fit(new float[4][3], new float[4][1], Fit.epochs(1).verbose(0));
    assertEquals(Shape.of(-1, 3), clone.inputShape());
    Sequential unbuilt = new Sequential(new Dense(2));
    assertEquals(1, unbuilt.cloneModel().layers().size());
    unbuilt.buildFor(Shape.of(-1, 3));
    assertEquals(8, unbuilt.cloneModel().countParams());
    KerasTensor in = new Input(3).dtype("float64").output();
    assertSame(
        in,
        ((Sequential) model.cloneModel(Clone.defaults().inputTensors(in)))
            .inputs()
            .get(0));
  }

  /** A class of its own. */
  private static final class Own extends Model {
    @Override
    protected Tensor call(Tensor x) {
      return x;
    }
  }

  @Test
  void whatCannotBeIsAnError() {
    Sequential chain = new Sequential(new Input(3), new Dense(1));
    Clone call = Clone.defaults().callFunction((op, args, kwargs) -> op.invoke(args, kwargs));
    assertThrows(IllegalArgumentException.class, () -> chain.cloneModel(call));
    assertThrows(
        IllegalArgumentException.class, () -> new Own().cloneModel(Clone.function(l -> l)));
    Functional model = Recorded.model();
    assertThrows(
        IllegalArgumentException.class,
        () -> model.cloneModel(Clone.defaults().inputTensors(List.of(Input.of(1), Input.of(2)))));
    assertThrows(
        IllegalArgumentException.class,
        () -> model.cloneModel(Clone.defaults().inputTensors(new float[3])));
    assertThrows(IllegalArgumentException.class, () -> model.cloneModel(Clone.function(l -> null)));
    assertThrows(
        IllegalArgumentException.class,
        () -> model.cloneModel(Clone.defaults().callFunction((op, args, kwargs) -> List.of())));
    assertThrows(
        IllegalArgumentException.class,
        () -> Serializer.fromConfig(Dense.class, Map.of("units", 3, "unit", 4)));
  }
}
