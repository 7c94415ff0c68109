package org.keras4j.hub.seq2seq;

import java.io.IOException;
import java.nio.file.Path;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightLayout;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.models.Functional;
import org.keras4j.text.Tokenizer;

/**
 * A folder of Hugging Face with a T5: {@code config.json}, {@code model.safetensors}, in one file or several, and a tokenizer.
 *
 * <pre>{@code
 * Functional t5 = T5Preset.open(Path.of("flan-t5-small")).model();
 * }</pre>
 */
public final class T5Preset {
  private static final String HEAD = "lm_head.weight";
  private static final String TABLE = "shared.weight";

  private final Path folder;
  private final PresetConfig config;
  private final boolean scaled;
  private final boolean gated;

  private T5Preset(Path folder, PresetConfig config) {
    this.folder = folder;
    this.config = config;
    // older configs said it by a setting that is about something else
    this.scaled = config.flag("scale_decoder_outputs", config.flag("tie_word_embeddings", true));
    String feedForward = config.text("feed_forward_proj", "relu");
    this.gated = feedForward.equals("gated-gelu");
    config.require("feed_forward_proj", "relu", "gated-gelu");
    config.require("dense_act_fn", gated ? "gelu_new" : "relu");
    config.require("is_gated_act", gated);
    config.require("is_encoder_decoder", true);
    config.ignore("n_positions", "classifier_dropout", "is_decoder");
    architecture();
    config.done();
  }

  /**
   * Opens a folder.
   *
   * @param folder with a config of the type t5, which T5, T5 1.1 and Flan-T5 have
   * @return the preset; weights are not read yet
   * @throws IllegalArgumentException if it is of another kind, or a setting is not known
   * @throws IOException if the config cannot be read
   */
  public static T5Preset open(Path folder) throws IOException {
    PresetConfig config = PresetConfig.read(folder.resolve("config.json"));
    config.require("model_type", "t5");
    return new T5Preset(folder, config);
  }

  private T5Backbone architecture() {
    PresetConfig c = config;
    return new T5Backbone(
            c.size("vocab_size"),
            c.size("num_layers"),
            c.size("num_heads"),
            c.size("d_model"),
            c.size("d_ff"))
        .decoderLayers(c.size("num_decoder_layers", c.size("num_layers")))
        .keyValueDim(c.size("d_kv"))
        .dropout(c.number("dropout_rate", 0.1))
        .layerNormEpsilon(c.number("layer_norm_epsilon", 1e-6))
        .gated(gated)
        .scaled(scaled)
        .relativeBuckets(
            c.size("relative_attention_num_buckets", 32),
            c.size("relative_attention_max_distance", 128));
  }

  private WeightMap map() {
    WeightMap map = WeightMap.empty()
        .weight("shared/embeddings", TABLE)
        .weight("shared/reverse_embeddings", HEAD, WeightLayout.transposed())
        .weight("encoder_norm/scale", "encoder.final_layer_norm.weight")
        .weight("decoder_norm/scale", "decoder.final_layer_norm.weight")
        .ignore(
            "encoder.embed_tokens.weight",
            "decoder.embed_tokens.weight",
            "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight");
    for (String side : new String[] {"encoder", "decoder"}) {
      String block = side + ".block.{i}.layer.";
      boolean decodes = side.equals("decoder");
      String feed = block + (decodes ? "2" : "1") + ".DenseReluDense.";
      String ours = side + "_{i}_";
      map = map.weight(
          side + "_relative_bias/embeddings",
          side + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight");
      map = attention(
          map, ours + "attention", block + "0.SelfAttention.", block + "0.layer_norm.weight");
      if (decodes) {
        map = attention(
            map, ours + "cross", block + "1.EncDecAttention.", block + "1.layer_norm.weight");
      }
      map = map.weight(
              ours + "feed_norm/scale", block + (decodes ? "2" : "1") + ".layer_norm.weight")
          .linear(ours + "outer", feed + "wo")
          .linear(ours + "inner", feed + (gated ? "wi_1" : "wi"))
          .linear(ours + "gate", feed + "wi_0");
    }
    return map;
  }

  private static WeightMap attention(WeightMap map, String ours, String theirs, String norm) {
    return map.linear(ours + "_query", theirs + "q")
        .linear(ours + "_key", theirs + "k")
        .linear(ours + "_value", theirs + "v")
        .linear(ours + "_output", theirs + "o")
        .weight(ours + "_norm/scale", norm);
  }

  /**
   * The model with its weights, and dropout as the config says.
   *
   * @return a model with the inputs and the output that {@link T5Backbone} names
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

  private EncoderDecoder load(T5Backbone architecture) throws IOException {
    try (WeightSource source = SafeTensors.open(folder)) {
      config.requireWeights(source.names().size(), "num_layers", "num_decoder_layers");
      // files may hold the table twice
      boolean tied = !source.names().contains(HEAD) || source.read(HEAD).equals(source.read(TABLE));
      EncoderDecoder graphs = architecture.tied(tied).graphs();
      WeightMap map = tied ? map().ignore(HEAD) : map();
      map.load(graphs.model(), source);
      return graphs;
    }
  }

  /** The tokenizer. */
  Tokenizer tokenizer() throws IOException {
    return Tokenizer.load(folder);
  }

  int start() {
    return config.integer("decoder_start_token_id", 0);
  }

  int end() {
    return config.integer("eos_token_id", 1);
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
        target.resolve("config.json"),
        config.with("T5ForConditionalGeneration", java.util.List.of()));
  }
}
