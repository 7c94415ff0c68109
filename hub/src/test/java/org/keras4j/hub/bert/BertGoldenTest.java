package org.keras4j.hub.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.hub.Golden;
import org.keras4j.hub.weights.H5Weights;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.layers.CallArgs;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.SGD;

/** Tiny models of the family beside Hugging Face's, on every backend. */
class BertGoldenTest {
  @TempDir
  Path folder;

  private static Map<String, Object> inputs(SafeTensors golden) {
    Map<String, Object> x = new LinkedHashMap<>();
    for (String name : List.of("token_ids", "padding_mask", "segment_ids")) {
      if (golden.names().contains(name)) {
        x.put(name, golden.read(name));
      }
    }
    return x;
  }

  // what fills up has no meaning in the output
  private static NDArray masked(NDArray sequence, NDArray mask) {
    return Ops.multiply(sequence, Ops.expandDims(Ops.cast(mask, "float32"), -1)).toNDArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "distilbert"})
  void encoderGivesTheSame(String kind) throws IOException {
    SafeTensors golden = Golden.expected("bert/" + kind);
    Functional model = BertBackbone.fromPreset(Golden.folder("bert/" + kind));
    Map<?, ?> out = (Map<?, ?>) model.invokeNested(inputs(golden), CallArgs.of());
    NDArray mask = golden.read("padding_mask");
    Golden.same(
        kind,
        masked(golden.read("sequence_output"), mask),
        masked(((Tensor) out.get("sequence_output")).toNDArray(), mask),
        1e-5);
    assertEquals(kind.equals("bert"), out.containsKey("pooled_output"));
    if (kind.equals("bert")) {
      Golden.same(
          kind,
          golden.read("pooled_output"),
          ((Tensor) out.get("pooled_output")).toNDArray(),
          1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "distilbert"})
  void presetsOfKerasHubGiveTheSame(String kind) throws IOException {
    SafeTensors golden = Golden.expected("kerashub/" + kind);
    Path from = Golden.folder("kerashub/" + kind);
    BertPreset preset = BertPreset.open(from);
    assertEquals(24, preset.maxSequenceLength());
    Functional model = preset.backbone();
    Map<?, ?> out = (Map<?, ?>) model.invokeNested(inputs(golden), CallArgs.of());
    for (String name : List.of("sequence_output", "pooled_output")) {
      assertEquals(golden.names().contains(name), out.containsKey(name));
      if (out.containsKey(name)) {
        Golden.same(kind, golden.read(name), ((Tensor) out.get(name)).toNDArray(), 1e-5);
      }
    }
    preset.save(model, List.of(), folder);
    try (WeightSource before = H5Weights.open(from.resolve("model.weights.h5"));
        WeightSource after = H5Weights.open(folder.resolve("model.weights.h5"))) {
      assertEquals(new TreeSet<>(before.names()), new TreeSet<>(after.names()));
      before.names().forEach(n -> assertEquals(before.read(n), after.read(n), n));
      assertThrows(IllegalArgumentException.class, () -> before.read("layers/nothing"));
    }
    Functional classifier = BertPreset.open(folder).classifier(3);
    assertEquals(3, classifier.outputs().get(0).shape().last());
    assertThrows(IllegalArgumentException.class, () -> preset.classifier(null));
    assertThrows(
        IllegalArgumentException.class,
        () -> preset.save(classifier, List.of("a", "b", "c"), folder));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "distilbert"})
  void classifierTrainsTheSame(String kind) throws IOException {
    SafeTensors golden = Golden.expected("bert/" + kind);
    BertPreset preset = BertPreset.open(Golden.folder("bert/" + kind));
    Functional model = preset.classifier(null);
    Map<String, Object> x = inputs(golden);
    Golden.same(kind, golden.read("logits"), (NDArray) model.predictOnBatch(x), 1e-5);
    model.compile(new SGD(1), new SparseCategoricalCrossentropy().fromLogits(true));
    Map<String, Double> logs = model.trainOnBatch(x, golden.read("labels"));
    assertEquals(golden.read("loss").getDouble(0), logs.get("loss"), 1e-5);

    List<String> labels = List.of("a", "b", "c");
    preset.save(model, labels, folder);
    int compared = 0;
    try (WeightSource before = SafeTensors.open(Golden.folder("bert/" + kind));
        WeightSource after = SafeTensors.open(folder)) {
      assertEquals(before.names(), after.names());
      for (String name : before.names()) {
        String gradient = "grad." + name;
        if (golden.names().contains(gradient)) {
          NDArray step = Ops.subtract(before.read(name), after.read(name)).toNDArray();
          Golden.same(kind + " " + name, golden.read(gradient), step, 1e-5);
          compared++;
        }
      }
    }
    assertTrue(compared > 25, compared + " gradients");

    BertPreset saved = BertPreset.open(folder);
    assertEquals(labels, saved.labels());
    NDArray trained = (NDArray) model.predictOnBatch(x);
    Golden.same(kind, trained, (NDArray) saved.classifier(null).predictOnBatch(x), 1e-6);
    Path file = folder.resolve("model.keras");
    model.save(file);
    Golden.same(kind, trained, (NDArray) Model.load(file).predictOnBatch(x), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "distilbert"})
  void headsOfOtherSizesStartAnew(String kind) throws IOException {
    Functional model = BertPreset.open(Golden.folder("bert/" + kind)).classifier(5);
    assertEquals(5, model.outputs().get(0).shape().last());
    SafeTensors golden = Golden.expected("bert/" + kind);
    Functional encoder = BertBackbone.fromPreset(Golden.folder("bert/" + kind));
    Object a =
        ((Map<?, ?>) encoder.invokeNested(inputs(golden), CallArgs.of())).get("sequence_output");
    Map<?, ?> b = (Map<?, ?>) Model.of(
            model.inputStructure(),
            Map.of("x", model.getLayer("layer_1_output_norm").output()))
        .invokeNested(inputs(golden), CallArgs.of());
    Golden.same(kind, ((Tensor) a).toNDArray(), ((Tensor) b.get("x")).toNDArray(), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"position_embedding_type\": \"relative_key\"",
        "\"is_decoder\": true",
        "\"hidden_act\": \"unheard\"",
        "\"num_attention_heads\": 3",
        "\"hidden_size\": \"wide\"",
        "\"layers_of_tomorrow\": 7",
        "\"model_type\": \"llama\"",
        "\"hidden_size\": 32",
        "\"num_hidden_layers\": 2000000000",
        "\"vocab_size\": 2000000000"
      })
  void whatIsNotKnownIsRefused(String setting) throws IOException {
    Path from = Golden.folder("bert/bert");
    String config = Files.readString(from.resolve("config.json"));
    String key = setting.substring(0, setting.indexOf(':'));
    String changed = config.contains(key)
        ? config.replaceFirst(key + ": [^,\\n}]*", setting)
        : config.replaceFirst("\\{", "{" + setting + ",");
    Files.writeString(folder.resolve("config.json"), changed);
    Files.copy(from.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    String message = assertThrows(
            IllegalArgumentException.class, () -> BertBackbone.fromPreset(folder))
        .getMessage();
    assertTrue(message.length() > 20, message);
  }
}
