package org.keras4j.hub.generation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Shape;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.hub.decoder.CausalBackbone;
import org.keras4j.hub.decoder.DecoderBackbone;
import org.keras4j.hub.decoder.HuggingFaceDecoder;
import org.keras4j.hub.gpt2.HuggingFaceGPT2;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.text.Tokenizer;

/** Reads a language model out of a folder as Hugging Face has them, and writes one. */
final class PresetReader {
  static final String CONFIG = "config.json";
  static final String TOKENIZER = "tokenizer.json";
  private static final String GENERATION = "generation_config.json";
  private static final long SHARD = 5L << 30;

  private final Path folder;
  private final String dtype;

  PresetReader(Path folder, String dtype) {
    this.folder = folder;
    this.dtype = dtype;
  }

  CausalLM read() throws IOException {
    PresetConfig config = PresetConfig.read(folder.resolve(CONFIG));
    if (KerasHubDecoder.is(config)) {
      KerasHubDecoder hub = KerasHubDecoder.of(config);
      try (WeightSource weights = hub.weights(folder)) {
        CausalLM model = built(hub.backbone(KerasHubDecoder.isTied(weights)), dtype);
        hub.map().load(model.backbone(), weights);
        return model.preset(KerasHubDecoder.texts(folder));
      }
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (String name : List.of(CONFIG, TOKENIZER, GENERATION)) {
      if (Files.exists(folder.resolve(name))) {
        texts.put(name, Files.readString(folder.resolve(name)));
      }
    }
    try (WeightSource weights = SafeTensors.open(folder)) {
      CausalBackbone backbone = isGPT2(config)
          ? HuggingFaceGPT2.backbone(config)
          : new DecoderBackbone(HuggingFaceDecoder.config(config));
      CausalLM model = built(backbone, dtype);
      weights(weights).load(backbone, weights);
      return model.preset(texts);
    }
  }

  /** The tokenizer among the files that a model came with; null if there is none. */
  static @Nullable Tokenizer tokenizer(Map<String, String> texts) throws IOException {
    String text = texts.get(TOKENIZER);
    if (text == null || isKerasHub(texts)) {
      return KerasHubDecoder.tokenizer(texts);
    }
    Path temp = Files.createTempFile("keras4j", ".json");
    try {
      Files.writeString(temp, text);
      return Tokenizer.load(temp).truncation(null).padding(null);
    } finally {
      Files.delete(temp);
    }
  }

  private static boolean isKerasHub(Map<String, String> texts) throws IOException {
    String config = texts.get(CONFIG);
    return config != null && KerasHubDecoder.is(PresetConfig.parse(CONFIG, config));
  }

  /** The tokens that end texts. */
  static int[] endTokens(Map<String, String> texts, @Nullable Tokenizer tokenizer)
      throws IOException {
    if (isKerasHub(texts)) {
      return KerasHubDecoder.of(
              PresetConfig.parse(CONFIG, Objects.requireNonNull(texts.get(CONFIG))))
          .endTokens(tokenizer);
    }
    for (String name : List.of(GENERATION, CONFIG)) {
      String text = texts.get(name);
      List<Integer> ends =
          text == null ? List.of() : PresetConfig.parse(name, text).integers("eos_token_id");
      if (!ends.isEmpty()) {
        return ends.stream().mapToInt(i -> i).toArray();
      }
    }
    return new int[0];
  }

  /** Writes a model that came with these texts. */
  static void write(Path folder, CausalLM model, Map<String, String> texts) throws IOException {
    PresetConfig config = PresetConfig.parse(CONFIG, Objects.requireNonNull(texts.get(CONFIG)));
    if (KerasHubDecoder.is(config)) {
      KerasHubDecoder.of(config).write(folder, model, texts);
      return;
    }
    if (config.has("text_config")) {
      throw new IllegalStateException(
          model.name() + ": is a part of a model with images, whose other parts were not read");
    }
    WeightMap map = isGPT2(config)
        ? HuggingFaceGPT2.weights("transformer.")
        : HuggingFaceDecoder.weights("model.", config);
    Files.createDirectories(folder);
    SafeTensors.writeSharded(folder, map.export(model.backbone()), SHARD);
    for (Map.Entry<String, String> e : texts.entrySet()) {
      AtomicFile.writeString(folder.resolve(e.getKey()), e.getValue());
    }
  }

  /** A model on a network, with weights to be set. */
  static CausalLM built(CausalBackbone backbone, String dtype) {
    backbone.name("backbone").dtype(dtype);
    CausalLM model = new CausalLM(backbone);
    model.dtype(dtype);
    model.buildFor(Shape.of(-1, -1));
    return model;
  }

  private static boolean isGPT2(PresetConfig config) {
    return "gpt2".equals(config.text("model_type"));
  }

  /** Where the weights of the network lie in a source. */
  WeightMap weights(WeightSource source) throws IOException {
    PresetConfig config = PresetConfig.read(folder.resolve(CONFIG));
    return isGPT2(config)
        ? HuggingFaceGPT2.weights(prefix(source, "wte.weight"))
        : HuggingFaceDecoder.weights(prefix(source, "embed_tokens.weight"), config);
  }

  // models saved as part of another one have longer names
  private String prefix(WeightSource weights, String embeddings) {
    for (String name : weights.names()) {
      if (name.equals(embeddings) || name.endsWith("." + embeddings)) {
        return name.substring(0, name.length() - embeddings.length());
      }
    }
    throw new IllegalArgumentException(folder + ": has no weights '" + embeddings + "', only "
        + new TreeSet<>(weights.names()).stream().limit(10).toList());
  }
}
