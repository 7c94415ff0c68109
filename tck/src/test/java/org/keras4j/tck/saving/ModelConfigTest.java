package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Functional;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;

/** What the configs of models hold, as Keras writes and reads it. */
class ModelConfigTest {
  private static Map<?, ?> lastLayer(Functional model) {
    Map<?, ?> config = (Map<?, ?>) ((Map<?, ?>) Serializer.serialize(model)).get("config");
    List<?> layers = (List<?>) config.get("layers");
    return (Map<?, ?>) layers.get(layers.size() - 1);
  }

  private static Map<?, ?> node(Map<?, ?> layer) {
    return (Map<?, ?>) ((List<?>) layer.get("inbound_nodes")).get(0);
  }

  private static Map<?, ?> settings(Map<?, ?> layer) {
    return (Map<?, ?>) layer.get("config");
  }

  private static Functional again(Functional model) {
    return (Functional) Serializer.deserialize(Serializer.serialize(model));
  }

  @Test
  void functionsKeepAllSettings() {
    KerasTensor x = new Input(4).output();
    Map<?, ?> mean = settings(lastLayer(new Functional(x, Ops.mean(x))));
    assertTrue(mean.containsKey("axis") && mean.get("axis") == null);
    assertEquals(false, mean.get("keepdims"));
    Map<?, ?> pad =
        lastLayer(new Functional(x, Ops.pad(x, new int[][] {{0, 0}, {1, 2}}, "constant")));
    assertEquals(1, ((List<?>) node(pad).get("args")).size());
    assertTrue(((Map<?, ?>) node(pad).get("kwargs")).containsKey("constant_values"));
    Map<?, ?> norm = lastLayer(new Functional(x, Ops.layerNormalization(x, null, null)));
    assertEquals(3, ((List<?>) node(norm).get("args")).size());
    assertEquals(false, settings(norm).get("rms_scaling"));
  }

  @Test
  void einsumIsReadAgain() {
    KerasTensor x = new Input(2).output();
    Functional model = new Functional(x, Ops.einsum("ab,cb->ac", x, x));
    Tensor in = Ops.array(new float[][] {{1, 2}, {3, 4}});
    assertEquals(2, ((List<?>) node(lastLayer(model)).get("args")).size());
    Tensor out = again(model).invoke(in);
    assertEquals(11, out.toNDArray().getDouble(1));
  }

  @Test
  void trainingOfTheModelGoesBeforeThatOfACall() {
    KerasTensor x = new Input(64).output();
    Functional model =
        new Functional(x, new Dropout(0.5).invoke(x, CallArgs.of("training", false)));
    Tensor in = Ops.ones(Shape.of(4, 64));
    assertEquals(256.0, Ops.sum(model.invoke(in)).item());
    Tensor dropped = model.invoke(in, CallArgs.of("training", true));
    assertTrue(Ops.any(Ops.equal(dropped, 0)).toNDArray().getBoolean(0));
  }

  @Test
  void aModelThatIsNotTrainableLeavesItsLayersAsTheyAre() {
    Sequential model = new Sequential(new Input(4), new Dense(3));
    Map<String, Object> config = model.getConfig();
    config.put("trainable", false);
    Sequential read = new Sequential();
    read.setRawConfig((Map<?, ?>) Serializer.serialize(config));
    assertFalse(read.isTrainable());
    assertTrue(read.layers().get(0).isTrainable());
  }
}
