package org.keras4j.hub;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.hub.bert.BertPreset;
import org.keras4j.hub.seq2seq.T5Preset;
import org.keras4j.hub.seq2seq.WhisperPreset;
import org.keras4j.hub.vision.ViTPreset;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.models.Functional;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.SGD;

/**
 * Trains the tiny models a little and saves them where {@code scripts/check_hub.py open} finds them; with {@code
 * -Dkeras4j.hub.saved=FOLDER}.
 */
class SavedForPythonTest {
  private static final List<String> LABELS = List.of("a", "b", "c");

  private interface Saver {
    void save(Functional model, Path target) throws IOException;
  }

  @Test
  void saves() throws IOException {
    String property = System.getProperty("keras4j.hub.saved");
    assumeTrue(property != null, "scripts/check_hub.py names the folder by -Dkeras4j.hub.saved");
    Path root = Path.of(property);
    for (String kind : List.of("bert", "roberta", "distilbert")) {
      BertPreset preset = BertPreset.open(Golden.folder("bert/" + kind));
      Saver saver = (m, target) -> preset.save(m, LABELS, target);
      save(
          root.resolve(kind),
          "bert/" + kind,
          preset.classifier(null),
          saver,
          "token_ids",
          "padding_mask",
          "segment_ids");
    }
    for (String kind : List.of("bert", "roberta", "distilbert")) {
      BertPreset preset = BertPreset.open(Golden.folder("kerashub/" + kind));
      Path target = root.resolve("kerashub").resolve(kind);
      preset.save(preset.backbone(), List.of(), target);
      try (SafeTensors expected = Golden.expected("kerashub/" + kind)) {
        Map<String, NDArray> checked = new LinkedHashMap<>();
        for (String name : List.of("token_ids", "padding_mask", "segment_ids", "sequence_output")) {
          if (expected.names().contains(name)) {
            checked.put(name, expected.read(name));
          }
        }
        SafeTensors.write(target.resolve("checked.safetensors"), WeightSource.of(checked));
      }
    }
    for (String kind : List.of("t5", "t5v11")) {
      T5Preset preset = T5Preset.open(Golden.folder("seq2seq/" + kind));
      String[] inputs = {"encoder_token_ids", "encoder_padding_mask", "decoder_token_ids"};
      save(root.resolve(kind), "seq2seq/" + kind, preset.model(), preset::save, inputs);
    }
    WhisperPreset whisper = WhisperPreset.open(Golden.folder("seq2seq/whisper"));
    save(
        root.resolve("whisper"),
        "seq2seq/whisper",
        whisper.model(),
        whisper::save,
        "features",
        "decoder_token_ids");
    ViTPreset vit = ViTPreset.open(Golden.folder("vision/vit"));
    save(
        root.resolve("vit"),
        "vision/vit",
        vit.classifier(null),
        (m, t) -> vit.save(m, LABELS, t),
        "images");
  }

  private static void save(
      Path target, String golden, Functional model, Saver saver, String... inputs)
      throws IOException {
    Map<String, NDArray> checked = new LinkedHashMap<>();
    Map<String, Object> x = new LinkedHashMap<>();
    NDArray labels;
    try (SafeTensors expected = Golden.expected(golden)) {
      for (String name : inputs) {
        if (expected.names().contains(name)) {
          NDArray a = expected.read(name);
          String input = name.equals("features") ? "encoder_features" : name;
          x.put(input, a);
          checked.put(input, a);
        }
      }
      labels = expected.read("labels");
    }
    Object in = x.containsKey("images") ? x.get("images") : x;
    model.compile(new SGD(0.1), new SparseCategoricalCrossentropy().fromLogits(true));
    model.trainOnBatch(in, labels);
    checked.put("logits", (NDArray) model.predictOnBatch(in));
    Files.createDirectories(target);
    saver.save(model, target);
    model.save(target.resolve("model.keras"));
    SafeTensors.write(target.resolve("checked.safetensors"), WeightSource.of(checked));
  }
}
