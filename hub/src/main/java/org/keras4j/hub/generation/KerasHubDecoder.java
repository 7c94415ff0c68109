package org.keras4j.hub.generation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.hub.decoder.CausalBackbone;
import org.keras4j.hub.decoder.DecoderBackbone;
import org.keras4j.hub.decoder.DecoderConfig;
import org.keras4j.hub.decoder.RotaryScaling;
import org.keras4j.hub.gpt2.GPT2Backbone;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.H5Weights;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.text.Tokenizer;

/**
 * A language model in a preset of KerasHub: {@code config.json} with a registered class, {@code model.weights.h5} or the files
 * that {@code model.weights.json} lists, and a tokenizer with its assets.
 */
final class KerasHubDecoder {
  private static final String TABLE = "layers/reversible_embedding/vars/";
  private static final long SHARD = 10L << 30;
  // text files go as they are, others so
  private static final String BINARY = ".base64";
  // the assets of a model file lie in one folder each
  private static final String SLASH = "%2F";
  private static final long MOST_ASSET = 1L << 28;

  /** A class of theirs: the names of its layers, and the tokens that end texts. */
  private record Kind(String block, String norm, List<String> ends) {}

  private static final Map<String, Kind> KINDS = Map.of(
      "GPT2Backbone",
      new Kind("transformer_decoder", "layer_normalization", List.of("<|endoftext|>")),
      "LlamaBackbone",
      new Kind("llama_transformer_decoder", "llama_layer_norm", List.of("</s>")),
      "Llama3Backbone",
      new Kind(
          "llama_transformer_decoder",
          "llama_layer_norm",
          List.of("<|end_of_text|>", "<|eot_id|>")),
      "MistralBackbone",
      new Kind("mistral_transformer_decoder", "mistral_layer_normalization", List.of("</s>")),
      "Qwen3Backbone",
      new Kind("qwen3_transformer_decoder", "qwen3_layer_norm", List.of("<|im_end|>")));

  private final String name;
  private final Kind kind;
  private final PresetConfig file;

  private KerasHubDecoder(String name, Kind kind, PresetConfig file) {
    this.name = name;
    this.kind = kind;
    this.file = file;
  }

  static boolean is(PresetConfig config) {
    return config.has("class_name");
  }

  static KerasHubDecoder of(PresetConfig config) {
    String name = config.text("class_name", "");
    Kind kind = KINDS.get(name);
    if (kind == null) {
      throw new IllegalArgumentException(config + ": 'class_name' expects one of "
          + new TreeSet<>(KINDS.keySet()) + ", got " + name);
    }
    return new KerasHubDecoder(name, kind, config.requireInner("config"));
  }

  /** The files of a preset but its weights and the parts of tasks, by their paths. */
  static Map<String, String> texts(Path folder) throws IOException {
    Map<String, String> out = new LinkedHashMap<>();
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder, 3)) {
      all = files.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path p : all) {
      String path = folder.relativize(p).toString().replace('\\', '/');
      boolean asset = path.startsWith("assets/");
      boolean settings = !path.contains("/")
          && path.endsWith(".json")
          && !path.startsWith("task")
          && !path.startsWith("model.");
      if (!asset && !settings) {
        continue;
      }
      if (Files.size(p) > MOST_ASSET) {
        throw new IOException(
            p + ": an asset of " + Files.size(p) + " bytes, expected at most " + MOST_ASSET);
      }
      boolean text = path.endsWith(".json") || path.endsWith(".txt");
      String flat = path.replace("/", SLASH);
      out.put(
          text ? flat : flat + BINARY,
          text ? Files.readString(p) : Base64.getEncoder().encodeToString(Files.readAllBytes(p)));
    }
    return out;
  }

  private static void write(Path folder, Map<String, String> texts) throws IOException {
    for (Map.Entry<String, String> e : texts.entrySet()) {
      boolean binary = e.getKey().endsWith(BINARY);
      String path =
          binary ? e.getKey().substring(0, e.getKey().length() - BINARY.length()) : e.getKey();
      Path target = folder.resolve(path.replace(SLASH, "/")).normalize();
      if (!target.startsWith(folder.normalize())) {
        throw new IOException(path + ": leads out of the folder");
      }
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      if (binary) {
        byte[] bytes = Base64.getDecoder().decode(e.getValue());
        AtomicFile.write(target, out -> out.write(bytes));
      } else {
        AtomicFile.writeString(target, e.getValue());
      }
    }
  }

  /** The tokenizer among the files of a preset; null if there is none. */
  static @Nullable Tokenizer tokenizer(Map<String, String> texts) throws IOException {
    if (!texts.containsKey(PresetReader.TOKENIZER)) {
      return null;
    }
    Path temp = Files.createTempDirectory("keras4j");
    try {
      write(temp, texts);
      return Tokenizer.load(temp).truncation(null).padding(null);
    } finally {
      try (Stream<Path> all = Files.walk(temp)) {
        for (Path p : new ArrayList<>(all.toList())
            .stream().sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(p);
        }
      }
    }
  }

  /** The tokens that end texts. */
  int[] endTokens(@Nullable Tokenizer tokenizer) {
    return tokenizer == null
        ? new int[0]
        : kind.ends.stream()
            .map(tokenizer::tokenToId)
            .filter(Objects::nonNull)
            .mapToInt(i -> i)
            .toArray();
  }

  CausalBackbone backbone(boolean tied) {
    CausalBackbone out = name.equals("GPT2Backbone") ? gpt2() : new DecoderBackbone(decoder(tied));
    file.ignore("name", "trainable");
    file.done();
    return out;
  }

  private GPT2Backbone gpt2() {
    return new GPT2Backbone(
            file.size("vocabulary_size"),
            file.size("hidden_dim"),
            file.size("num_layers"),
            file.size("num_heads"))
        .intermediateDim(file.size("intermediate_dim"))
        .maxSequenceLength(file.size("max_sequence_length", 1024))
        .dropout(file.number("dropout", 0.1));
  }

  private DecoderConfig decoder(boolean tied) {
    int hidden = file.size("hidden_dim");
    int heads = file.size("num_query_heads");
    DecoderConfig c = new DecoderConfig(
            file.size("vocabulary_size"), hidden, file.size("num_layers"), heads)
        .numKeyValueHeads(file.size("num_key_value_heads"))
        .headDim(given("head_dim") ? file.size("head_dim") : hidden / heads)
        .intermediateDim(file.size("intermediate_dim"))
        .layerNormEpsilon(file.number("layer_norm_epsilon", 1e-6))
        .tieEmbeddings(tied)
        .queryKeyNorm(name.equals("Qwen3Backbone"));
    // Llama's configs do not tell it, and the weights do
    file.ignore("tie_word_embeddings");
    file.require("dropout", 0.0);
    String window = name.startsWith("Mistral") ? "sliding_window" : "sliding_window_size";
    if (given(window)) {
      c.slidingWindow(file.size(window));
    }
    file.ignore(window, "head_dim");
    RotaryScaling rotary = RotaryScaling.of(file.number("rope_max_wavelength", 10_000));
    double linear = file.number("rope_scaling_factor", 1);
    // has no effect on KerasHub's own Llama
    file.ignore("rope_position_scaling_factor");
    Double factor = file.number("rope_frequency_adjustment_factor");
    Double low = file.number("rope_low_freq_factor");
    Double high = file.number("rope_high_freq_factor");
    if (low != null && high != null && factor != null) {
      rotary = rotary.llama3(factor, low, high, file.size("rope_pretraining_sequence_length"));
    } else if (low != null) {
      throw new IllegalArgumentException(file + ": expected 'rope_high_freq_factor' and"
          + " 'rope_frequency_adjustment_factor' beside 'rope_low_freq_factor', got " + high
          + " and " + factor);
    } else if (linear != 1) {
      rotary = rotary.linear(linear);
    }
    file.ignore("rope_pretraining_sequence_length");
    return c.rotary(rotary);
  }

  private boolean given(String key) {
    return file.number(key) != null;
  }

  /** The weights of a folder. */
  WeightSource weights(Path folder) throws IOException {
    Path whole = folder.resolve("model.weights.h5");
    WeightSource source = Files.exists(whole)
        ? H5Weights.open(whole)
        : H5Weights.openSharded(folder.resolve("model.weights.json"));
    // the first of a kind has no number there
    String first = "layers/" + kind.block + "/";
    return source.renamed(n ->
        n.startsWith(first) ? "layers/" + kind.block + "_0/" + n.substring(first.length()) : n);
  }

  static boolean isTied(WeightSource weights) {
    return !weights.names().contains(TABLE + 1);
  }

  WeightMap map() {
    WeightMap map = WeightMap.empty()
        .weight("token_embedding/embeddings", TABLE + 0)
        .weight("token_embedding/reverse_embeddings", TABLE + 1);
    return name.equals("GPT2Backbone") ? gpt2(map) : decoder(map);
  }

  private String theirs() {
    return "layers/" + kind.block + "_{i}/";
  }

  private WeightMap decoder(WeightMap start) {
    String ours = "block_{i}/";
    String theirs = theirs();
    WeightMap map = start
        .weight("final_norm/scale", "layers/" + kind.norm + "/vars/0")
        .weight(ours + "attention_norm/scale", theirs + "_self_attention_layernorm/vars/0")
        .weight(ours + "feed_forward_norm/scale", theirs + "_feedforward_layernorm/vars/0")
        .weight(ours + "feed_forward/gate/kernel", theirs + "_feedforward_gate_dense/vars/0")
        .weight(ours + "feed_forward/up/kernel", theirs + "_feedforward_intermediate_dense/vars/0")
        .weight(ours + "feed_forward/down/kernel", theirs + "_feedforward_output_dense/vars/0")
        .weight(
            ours + "attention/attention_output/kernel",
            theirs + "_self_attention_layer/_output_dense/vars/0");
    for (String part : List.of("query", "key", "value")) {
      String dense = theirs + "_self_attention_layer/_" + part + "_dense";
      map = map.weight(ours + "attention/" + part + "/kernel", dense + "/vars/0");
      if (!part.equals("value")) {
        map = map.weight(ours + "attention/" + part + "_norm/scale", dense + "_layer_norm/vars/0");
      }
    }
    return map;
  }

  private WeightMap gpt2(WeightMap start) {
    String ours = "block_{i}/";
    String theirs = theirs();
    WeightMap map =
        start.weight("position_embedding/embeddings", "layers/position_embedding/vars/0");
    map = two(map, "final_norm", "layers/" + kind.norm, "gamma", "beta");
    map = two(map, ours + "attention_norm", theirs + "_self_attention_layer_norm", "gamma", "beta");
    map = two(map, ours + "feed_forward_norm", theirs + "_feedforward_layer_norm", "gamma", "beta");
    String attention = theirs + "_self_attention_layer/";
    for (String part : List.of("query", "key", "value")) {
      map = two(map, ours + part, attention + part + "_dense", "kernel", "bias");
    }
    map = two(map, ours + "attention_output", attention + "output_dense", "kernel", "bias");
    map = two(
        map, ours + "intermediate", theirs + "_feedforward_intermediate_dense", "kernel", "bias");
    return two(
        map, ours + "feed_forward_output", theirs + "_feedforward_output_dense", "kernel", "bias");
  }

  private static WeightMap two(
      WeightMap map, String ours, String theirs, String first, String second) {
    return map.weight(ours + "/" + first, theirs + "/vars/0")
        .weight(ours + "/" + second, theirs + "/vars/1");
  }

  /** Writes a model that came with these texts. */
  void write(Path folder, CausalLM model, Map<String, String> texts) throws IOException {
    Files.createDirectories(folder);
    write(folder, texts);
    Pattern first = Pattern.compile("^layers/" + kind.block + "_0/");
    WeightSource weights = map()
        .export(model.backbone())
        .renamed(n -> first.matcher(n).replaceFirst("layers/" + kind.block + "/"));
    H5Weights.writeSharded(folder, weights, SHARD);
  }
}
