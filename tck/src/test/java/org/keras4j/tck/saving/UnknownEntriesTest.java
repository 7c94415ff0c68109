package org.keras4j.tck.saving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Shape;
import org.keras4j.core.serialization.Configurable;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.preprocessing.CategoryEncoding;
import org.keras4j.layers.preprocessing.IntegerLookup;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.rnn.GRU;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.layers.rnn.SimpleRNNCell;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Compile;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.OptimizerMap;

/** No entry of a config is lost: it is acted on and written back, or refused by its name. */
@Tag("pytorch")
class UnknownEntriesTest {
  private static final String UNKNOWN = "no_such_setting";

  // a class of one's own that reads its config itself
  @KerasSerializable(pkg = "test", name = "ReadsByItself")
  static final class ReadsByItself implements Configurable {
    private Object known = 1;

    @Override
    public Map<String, Object> getConfig() {
      return new LinkedHashMap<>(Map.of("known", known));
    }

    @Override
    public void setConfig(Map<String, Object> config) {
      known = config.get("known");
    }
  }

  private static Map<String, Object> tree(Configurable o, Map<String, ?> entries) {
    String name = Registry.nameOf(o.getClass());
    int cut = Math.max(name.lastIndexOf('.'), name.lastIndexOf('>'));
    Map<String, Object> config = new LinkedHashMap<>(entries);
    o.getConfig().forEach((k, v) -> config.putIfAbsent(k, Serializer.serialize(v)));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("module", name.indexOf('>') < 0 ? name.substring(0, cut) : null);
    out.put("class_name", name.substring(cut + 1));
    out.put("config", config);
    out.put("registered_name", name.indexOf('>') < 0 ? null : name);
    return out;
  }

  private static String refused(Configurable o, Map<String, ?> entries) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> Serializer.deserialize(tree(o, entries)),
            () -> o.getClass() + " takes " + entries)
        .getMessage();
  }

  // entries without which there is no object
  private static Map<String, Object> needed(String name) {
    return switch (name) {
      case "RNN" -> Map.of("cell", Serializer.serialize(new SimpleRNNCell(2)));
      case "SpectralNormalization", "TimeDistributed" ->
        Map.of("layer", Serializer.serialize(new Dense(2)));
      case "Feature" -> Map.of("preprocessor", Serializer.serialize(new Dense(2)));
      case "FeatureSpace" -> Map.of("features", Map.of("a", "float"));
      case "Cross" -> Map.of("feature_names", List.of("a", "b"), "crossing_dim", 4);
      case "MeanMetricWrapper", "LossFunctionWrapper" -> Map.of("fn", "mean_squared_error");
      case "LossScaleOptimizer" -> Map.of("inner_optimizer", Serializer.serialize(new Adam()));
      case "MultiOptimizer" ->
        Map.of("optimizer_map", Serializer.serialize(new OptimizerMap(new Adam())));
      default -> Map.of();
    };
  }

  @Test
  void everyRegisteredClassRefusesThem() {
    Registry.register(ReadsByItself.class);
    List<String> wrong = new ArrayList<>();
    int n = 0;
    for (Class<?> c : new java.util.LinkedHashSet<>(Registry.all().values())) {
      if (c == Functional.class) {
        continue; // which has no config before it has a graph
      }
      Configurable o = (Configurable) Registry.instantiate(c);
      try {
        Map<String, Object> entries = new LinkedHashMap<>(Map.of(UNKNOWN, 1));
        entries.putAll(needed(c.getSimpleName()));
        String said = refused(o, entries);
        if (!said.contains(UNKNOWN) || !said.contains("expected some of")) {
          wrong.add(c.getSimpleName() + ": " + said);
        }
      } catch (AssertionError | RuntimeException e) {
        wrong.add(c.getSimpleName() + ": " + e);
      }
      n++;
    }
    assertEquals(List.of(), wrong);
    assertTrue(n > 250, "only " + n + " classes");
  }

  @Test
  @SuppressWarnings("unchecked")
  void modelsRefuseThem() {
    Input in = new Input(4);
    Model m = Model.of(in.output(), Ops.sum(in.output(), -1));
    m.compile("adam", "mse");
    Map<String, Object> tree = (Map<String, Object>) Serializer.serialize(m);
    Map<String, Object> config = (Map<String, Object>) tree.get("config");
    List<Map<String, Object>> layers = (List<Map<String, Object>>) config.get("layers");
    for (Map<String, Object> part :
        List.of(config, (Map<String, Object>) layers.get(1).get("config"), (Map<String, Object>)
            tree.get("compile_config"))) {
      part.put(UNKNOWN, 1);
      String said = assertThrows(IllegalArgumentException.class, () -> Serializer.deserialize(tree))
          .getMessage();
      assertTrue(said.contains(UNKNOWN), said);
      part.remove(UNKNOWN);
      Serializer.deserialize(tree);
    }
    assertThrows(
        IllegalArgumentException.class, () -> Compile.fromConfig(Map.of("jit_compile", "fast")));
  }

  private static Map<String, Object> again(Configurable o, Map<String, ?> entries) {
    return ((Configurable) Serializer.deserialize(tree(o, entries))).getConfig();
  }

  @Test
  void thoseThatOnceVanished() {
    for (Object v : List.of("auto", true, false)) {
      assertEquals(v, again(new LSTM(3), Map.of("use_cudnn", v)).getOrDefault("use_cudnn", "auto"));
      assertEquals(v, again(new GRU(3), Map.of("use_cudnn", v)).getOrDefault("use_cudnn", "auto"));
    }
    assertTrue(refused(new LSTM(3), Map.of("use_cudnn", "never")).contains("useCudnn"));
    assertTrue(refused(new LSTM(3), Map.of("time_major", true)).contains("time_major"));
    assertEquals(2, again(new LSTM(3), Map.of("implementation", 2)).get("implementation"));
    assertEquals(7, again(new Embedding(3, 2), Map.of("input_length", 7)).get("input_length"));
    assertEquals(true, again(new CategoryEncoding(3), Map.of("sparse", true)).get("sparse"));
    // what is not sparse is not written, as in Keras
    assertEquals(null, again(new CategoryEncoding(3), Map.of("sparse", false)).get("sparse"));
    String dtype = "vocabulary_dtype";
    assertEquals("int64", again(new IntegerLookup(), Map.of(dtype, "int64")).get(dtype));
    assertTrue(refused(new IntegerLookup(), Map.of(dtype, "int32")).contains("vocabularyDtype"));
    assertEquals("UTF-8", again(new StringLookup(), Map.of("encoding", "UTF-8")).get("encoding"));
    assertTrue(refused(new StringLookup(), Map.of("encoding", "latin-1")).contains("'encoding'"));
    again(new Adam(), Map.of("decay", 0.0));
    assertTrue(refused(new Adam(), Map.of("decay", 0.1)).contains("'decay'"));
  }

  @Test
  void useCudnn() {
    var x = Ops.ones(Shape.of(2, 3, 4));
    LSTM steps = new LSTM(3).useCudnn(false).kernelInitializer("ones");
    LSTM whole = new LSTM(3).useCudnn(true).kernelInitializer("ones");
    steps.buildFor(x.shape());
    whole.buildFor(x.shape());
    whole.setWeights(steps.getWeights());
    double difference = Ops.max(Ops.abs(Ops.subtract(steps.invoke(x), whole.invoke(x))))
        .toNDArray()
        .getDouble(0);
    assertEquals(0, difference, 1e-6);
    String said = assertThrows(
            IllegalStateException.class,
            () -> new GRU(3).useCudnn(true).resetAfter(false).invoke(x))
        .getMessage();
    assertTrue(said.contains("useCudnn"), said);
  }

  @Test
  void aShapeDeclaredByAnOlderConfigBuildsASequential() {
    Dense first =
        (Dense) Serializer.deserialize(tree(new Dense(3), Map.of("input_shape", List.of(4))));
    assertEquals(List.of(4), first.getConfig().get("input_shape"));
    Sequential m = new Sequential(first, new Dense(2));
    assertEquals(Shape.of(-1, 4), m.inputShape());
    assertTrue(m.isBuilt());
  }
}
