package org.keras4j.hub.seq2seq;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightLayout;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.models.Functional;
import org.keras4j.text.Tokenizer;

/**
 * A folder of Hugging Face with a Whisper: {@code config.json}, {@code model.safetensors}, in one file or several, {@code
 * generation_config.json} and a tokenizer.
 *
 * <pre>{@code
 * Functional whisper = WhisperPreset.open(Path.of("whisper-tiny")).model();
 * }</pre>
 */
public final class WhisperPreset {
  private final Path folder;
  private final PresetConfig config;
  private final List<Integer> never;
  private final List<Integer> notFirst;
  private final boolean multilingual;

  private WhisperPreset(Path folder, PresetConfig config) throws IOException {
    this.folder = folder;
    this.config = config;
    Path generation = folder.resolve("generation_config.json");
    PresetConfig written = Files.exists(generation) ? PresetConfig.read(generation) : config;
    this.never =
        written.integers("suppress_tokens").stream().filter(t -> t >= 0).toList();
    this.notFirst =
        written.integers("begin_suppress_tokens").stream().filter(t -> t >= 0).toList();
    this.multilingual = written.flag("is_multilingual", true);
    architecture();
    config.require("is_encoder_decoder", true);
    config.require("scale_embedding", false);
    config.require("tie_word_embeddings", true);
    // of training, of other heads, and of generation that is not done here
    config.ignore(
        "activation_dropout",
        "attention_dropout",
        "encoder_layerdrop",
        "decoder_layerdrop",
        "init_std",
        "use_weighted_layer_sum",
        "classifier_proj_size",
        "apply_spec_augment",
        "median_filter_width",
        "num_hidden_layers",
        "forced_decoder_ids",
        "is_decoder",
        "mask_time_prob",
        "mask_time_length",
        "mask_time_min_masks",
        "mask_feature_prob",
        "mask_feature_length",
        "mask_feature_min_masks");
    config.done();
  }

  /**
   * Opens a folder.
   *
   * @param folder with a config of the type whisper
   * @return the preset; weights are not read yet
   * @throws IllegalArgumentException if it is of another kind, or a setting is not known
   * @throws IOException if the config cannot be read
   */
  public static WhisperPreset open(Path folder) throws IOException {
    PresetConfig config = PresetConfig.read(folder.resolve("config.json"));
    config.require("model_type", "whisper");
    return new WhisperPreset(folder, config);
  }

  private WhisperBackbone architecture() {
    PresetConfig c = config;
    int heads = c.size("encoder_attention_heads");
    int inner = c.size("encoder_ffn_dim");
    c.require("decoder_attention_heads", (double) heads);
    c.require("decoder_ffn_dim", (double) inner);
    c.require("activation_function", "gelu", "relu", "silu");
    return new WhisperBackbone(
            c.size("vocab_size"), c.size("encoder_layers"), heads, c.size("d_model"), inner)
        .decoderLayers(c.size("decoder_layers"))
        .mels(c.size("num_mel_bins", 80))
        .places(c.size("max_source_positions", 1500), c.size("max_target_positions", 448))
        .activation(c.text("activation_function", "gelu"))
        .dropout(c.number("dropout", 0));
  }

  private static WeightMap map() {
    WeightMap map = WeightMap.empty()
        .weight("tokens/embeddings", "model.decoder.embed_tokens.weight")
        .weight("encoder_places/embeddings", "model.encoder.embed_positions.weight")
        .weight("decoder_places/embeddings", "model.decoder.embed_positions.weight")
        .norm("encoder_norm", "model.encoder.layer_norm")
        .norm("decoder_norm", "model.decoder.layer_norm")
        .ignore("proj_out.weight");
    for (int i = 1; i <= 2; i++) {
      map = map.weight(
              "encoder_conv_" + i + "/kernel",
              "model.encoder.conv" + i + ".weight",
              WeightLayout.permuted(2, 1, 0))
          .weight("encoder_conv_" + i + "/bias", "model.encoder.conv" + i + ".bias");
    }
    for (String side : new String[] {"encoder", "decoder"}) {
      String theirs = "model." + side + ".layers.{i}.";
      String ours = side + "_{i}_";
      map = attention(map, ours + "attention", theirs + "self_attn");
      if (side.equals("decoder")) {
        map = attention(map, ours + "cross", theirs + "encoder_attn");
      }
      map = map.norm(ours + "feed_norm", theirs + "final_layer_norm")
          .linear(ours + "inner", theirs + "fc1")
          .linear(ours + "outer", theirs + "fc2");
    }
    return map;
  }

  private static WeightMap attention(WeightMap map, String ours, String theirs) {
    return map.linear(ours + "_query", theirs + ".q_proj")
        .linear(ours + "_key", theirs + ".k_proj")
        .linear(ours + "_value", theirs + ".v_proj")
        .linear(ours + "_output", theirs + ".out_proj")
        .norm(ours + "_norm", theirs + "_layer_norm");
  }

  /**
   * The model with its weights, and dropout as the config says.
   *
   * @return a model with the inputs and the output that {@link WhisperBackbone} names
   * @throws IllegalArgumentException if weights are missing, left over, or do not fit
   * @throws IOException if they cannot be read
   */
  public Functional model() throws IOException {
    return load(architecture()).model();
  }

  /** The model without dropout, and the graphs with which it writes. */
  EncoderDecoder graphs() throws IOException {
    return load(architecture().dropout(0));
  }

  private EncoderDecoder load(WhisperBackbone architecture) throws IOException {
    try (WeightSource source = SafeTensors.open(folder)) {
      config.requireWeights(source.names().size(), "encoder_layers", "decoder_layers");
      EncoderDecoder graphs = architecture.graphs();
      map().load(graphs.model(), source);
      return graphs;
    }
  }

  /** The tokenizer. */
  Tokenizer tokenizer() throws IOException {
    return Tokenizer.load(folder);
  }

  boolean isMultilingual() {
    return multilingual;
  }

  int mels() {
    return config.size("num_mel_bins", 80);
  }

  int frames() {
    return 2 * config.size("max_source_positions", 1500);
  }

  int targetPlaces() {
    return config.size("max_target_positions", 448);
  }

  int start() {
    return config.integer("decoder_start_token_id", 50257);
  }

  int end() {
    return config.integer("eos_token_id", 50256);
  }

  List<Integer> never() {
    return never;
  }

  List<Integer> notFirst() {
    return notFirst;
  }

  /**
   * Writes a model of this preset as a folder of Hugging Face: config and {@code model.safetensors}.
   *
   * @param model what {@link #model} gave, trained perhaps
   * @param target the folder; made if it is not there
   * @throws IllegalArgumentException if the model is another one
   * @throws IOException if files cannot be written
   */
  public void save(Functional model, Path target) throws IOException {
    SafeTensors.write(target.resolve("model.safetensors"), map().export(model));
    AtomicFile.writeString(
        target.resolve("config.json"), config.with("WhisperForConditionalGeneration", List.of()));
  }
}
