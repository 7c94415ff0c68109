package org.keras4j.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.keras4j.applications.Application;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.hub.bert.BertPreset;
import org.keras4j.hub.detection.YOLOV8Backbone;
import org.keras4j.hub.detection.YOLOV8Detector;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.seq2seq.T5Preset;
import org.keras4j.hub.seq2seq.WhisperPreset;
import org.keras4j.hub.vision.ClipPreset;
import org.keras4j.hub.vision.SiglipPreset;
import org.keras4j.hub.vision.ViTPreset;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.training.Run;

/**
 * A network that is written to files: one of {@code applications} with random weights and a small input, or a tiny model of
 * {@code hub}.
 *
 * @param model with inputs whose batch is open, and whose lengths may be
 * @param inputs in the order of the model's
 */
record ExportedNetwork(Functional model, List<NDArray> inputs) {
  private static final List<String> HUB = List.of(
      "bert",
      "roberta",
      "distilbert",
      "t5",
      "t5v11",
      "whisper",
      "vit",
      "clip",
      "siglip",
      "yolov8",
      "gpt2",
      "gemma2",
      "gemma3",
      "llama3",
      "mistral",
      "mixtral",
      "qwen2",
      "qwen3",
      "qwen3_moe");

  /** The names of all of them. */
  static List<String> names() {
    List<String> out = new ArrayList<>(Application.names());
    out.addAll(HUB);
    return out;
  }

  /** Makes one. */
  static ExportedNetwork of(String name) throws IOException {
    if (!HUB.contains(name)) {
      return application(name);
    }
    Path folder = folder(name);
    Functional model = switch (name) {
      case "bert", "roberta", "distilbert" -> BertPreset.open(folder).classifier(null);
      case "t5", "t5v11" -> T5Preset.open(folder).model();
      case "whisper" -> WhisperPreset.open(folder).model();
      case "vit" -> ViTPreset.open(folder).classifier(null);
      case "clip" -> ClipPreset.open(folder).model();
      case "siglip" -> SiglipPreset.open(folder).model();
      case "yolov8" -> detector();
      default -> writer(folder);
    };
    List<NDArray> inputs = new ArrayList<>();
    if (name.equals("yolov8")) {
      inputs.add(images(2, model, 5));
    } else {
      for (String input : model.inputNames()) {
        inputs.add(given(folder, input.equals("encoder_features") ? "features" : input));
      }
    }
    return new ExportedNetwork(model, inputs);
  }

  private static Path folder(String name) {
    Path resources = Checkout.root().resolve("hub/src/test/resources");
    try (Stream<Path> all = Files.walk(resources)) {
      return all.filter(f -> f.endsWith(Path.of(name)) && Files.exists(f.resolve("config.json")))
          .filter(f -> !f.toString().contains("kerashub"))
          .min(Comparator.naturalOrder())
          .orElse(resources);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NDArray given(Path folder, String input) throws IOException {
    Path file = folder.resolve("golden.safetensors");
    try (SafeTensors golden =
        SafeTensors.open(Files.exists(file) ? file : folder.resolve("expected.safetensors"))) {
      return golden.read(input);
    }
  }

  private static Functional writer(Path folder) throws IOException {
    KerasTensor tokens = new Input(-1).dtype("int32").name("tokens").output();
    return Model.of(tokens, CausalLM.fromPreset(folder).invoke(tokens));
  }

  private static Functional detector() {
    Functional out = new YOLOV8Detector(
            new YOLOV8Backbone(new int[] {8, 12, 16, 20}, new int[] {1, 2, 1, 1})
                .imageShape(64, 96, 3),
            3)
        .fpnDepth(1)
        .build();
    settle(out, 6);
    return out;
  }

  private static ExportedNetwork application(String name) {
    long size = name.startsWith("Inception") || name.equals("Xception") ? 75 : 64;
    Functional model = Application.named(name)
        .weights(null)
        .classes(5)
        .classifierActivation(null)
        .inputShape(size, size, 3)
        .build();
    settle(model, 9);
    return new ExportedNetwork(model, List.of(images(3, model, 1)));
  }

  private static NDArray images(int batch, Model model, long seed) {
    TensorSpec s = (TensorSpec) Nest.flatten(model.inputSpecs()).get(0);
    NDArray a = NDArray.zeros(s.dtype(), s.shape().with(0, batch));
    Random random = new Random(seed);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, random.nextGaussian());
    }
    return a;
  }

  /**
   * Gives the kept statistics of normalization the means and variances that one batch has, variances of 1 at least: with those of the
   * start the numbers of a deep network grow from layer to layer, with smaller variances differences by rounding do.
   */
  private static void settle(Functional model, long seed) {
    Map<Variable, NDArray> before = new LinkedHashMap<>();
    List<Layer> layers = model.flattenLayers(false).stream()
        .filter(BatchNormalization.class::isInstance)
        .toList();
    layers.forEach(
        l -> l.nonTrainableVariables().forEach(v -> before.put(v, v.eager().toNDArray())));
    if (before.isEmpty()) {
      return;
    }
    model.invokeNested(Ops.convertToTensor(images(4, model, seed)), CallArgs.training(true));
    for (Layer layer : layers) {
      double kept = ((Number) layer.getConfig().get("momentum")).doubleValue();
      for (Variable v : layer.nonTrainableVariables()) {
        NDArray now = v.eager().toNDArray().copy();
        NDArray old = before.get(v);
        for (int i = 0; i < now.size(); i++) {
          double one = (now.getDouble(i) - kept * old.getDouble(i)) / (1 - kept);
          now.setDouble(i, v.name().contains("variance") ? Math.max(1, one) : one);
        }
        v.assign(Ops.convertToTensor(now));
      }
    }
  }

  /** The same for inputs of these lengths alone; the batch stays open. */
  ExportedNetwork withKnownLengths() {
    List<Object> specs = Nest.flatten(model.inputSpecs());
    boolean known = specs.stream().allMatch(s -> {
      Shape shape = ((TensorSpec) s).shape();
      return shape.with(0, 1).isKnown();
    });
    if (known) {
      return this;
    }
    List<Tensor> in = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      long[] dims = inputs.get(i).shape().toArray();
      in.add(new Input(Arrays.copyOfRange(dims, 1, dims.length))
          .dtype(inputs.get(i).dtype().toString())
          .name(model.inputNames().get(i))
          .output());
    }
    Object out = model.invokeNested(Nest.pack(model.inputSpecs(), in), CallArgs.of());
    return new ExportedNetwork(Model.of(in, List.copyOf(Nest.tensors(out))), inputs);
  }

  /** Other inputs of the same kind, to take limits of activations from. */
  List<List<NDArray>> examples() {
    List<List<NDArray>> out = new ArrayList<>();
    Random random = new Random(17);
    for (int k = 0; k < 4; k++) {
      List<NDArray> one = new ArrayList<>();
      for (NDArray a : inputs) {
        NDArray b = a.copy();
        for (int i = 0; i < b.size() && b.dtype() == DType.FLOAT32; i++) {
          b.setDouble(i, random.nextGaussian());
        }
        one.add(b);
      }
      out.add(one);
    }
    out.add(inputs);
    return out;
  }

  /** What the model gives, output by output. */
  List<NDArray> outputs() {
    Object x = Nest.pack(model.inputSpecs(), inputs);
    List<NDArray> out = new ArrayList<>();
    Nest.flatten(model.predictNested(x, Run.defaults().verbose(0)))
        .forEach(y -> out.add((NDArray) y));
    return out;
  }
}
