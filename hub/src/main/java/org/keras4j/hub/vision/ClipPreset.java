package org.keras4j.hub.vision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.hub.layers.LogitScale;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightLayout;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.UnitNormalization;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.text.Tokenizer;

/**
 * A folder of Hugging Face with CLIP, which puts images and texts into one space (Radford et al. 2021, arXiv:2103.00020): {@code
 * config.json}, {@code model.safetensors} and a tokenizer.
 *
 * <pre>{@code
 * ClipPreset preset = ClipPreset.open(Path.of("clip-vit-base-patch32"));
 * Functional clip = preset.model();
 * }</pre>
 */
public final class ClipPreset {
  private static final int OLD_END = 2; // of configs written when the end was the largest number

  private final Path folder;
  private final PresetConfig config;
  private final PresetConfig text;
  private final PresetConfig vision;

  private ClipPreset(Path folder, PresetConfig config) {
    this.folder = folder;
    this.config = config;
    this.text = config.requireInner("text_config");
    this.vision = config.requireInner("vision_config");
    config.ignore("text_config_dict", "vision_config_dict");
    for (PresetConfig c : List.of(text, vision)) {
      encoder(c, c == text);
      c.ignore("attention_dropout", "dropout", "projection_dim");
    }
    patches();
    text.size("vocab_size", 49408);
    text.size("max_position_embeddings", 77);
    vision.size("num_channels", 3);
    config.size("projection_dim", 512);
    config.number("logit_scale_init_value", 2.6592);
    config.done();
    text.done();
    vision.done();
  }

  /**
   * Opens a folder.
   *
   * @param folder with a config of the type clip
   * @return the preset; weights are not read yet
   * @throws IllegalArgumentException if it is of another kind, or a setting is not known
   * @throws IOException if the config cannot be read
   */
  public static ClipPreset open(Path folder) throws IOException {
    PresetConfig config = PresetConfig.read(folder.resolve("config.json"));
    config.require("model_type", "clip");
    return new ClipPreset(folder, config);
  }

  private static PreNormEncoder encoder(PresetConfig c, boolean causal) {
    c.require("hidden_act", "quick_gelu", "gelu", "relu", "silu");
    return new PreNormEncoder(
        c.size("num_hidden_layers", 12),
        c.size("num_attention_heads", causal ? 8 : 12),
        c.size("hidden_size", causal ? 512 : 768),
        c.size("intermediate_size", causal ? 2048 : 3072),
        c.text("hidden_act", "quick_gelu"),
        c.number("layer_norm_eps", 1e-5),
        0,
        0,
        causal);
  }

  private Patches patches() {
    return new Patches(
        vision.size("image_size", 224),
        vision.size("patch_size", 32),
        vision.size("hidden_size", 768),
        false,
        true);
  }

  /**
   * The tokenizer; texts are cut and filled up to {@link #maxSequenceLength} by others.
   *
   * @return the tokenizer, with the padding and truncation that its file names
   * @throws IOException if it cannot be read
   */
  public Tokenizer tokenizer() throws IOException {
    return Tokenizer.load(folder);
  }

  /** The most tokens of a text. */
  public int maxSequenceLength() {
    return text.size("max_position_embeddings", 77);
  }

  /** The height and width of images. */
  public int imageSize() {
    return vision.size("image_size", 224);
  }

  private static WeightMap map() {
    WeightMap map = WeightMap.empty()
        .weight("text_token_embedding/embeddings", "text_model.embeddings.token_embedding.weight")
        .weight(
            "text_position_embedding/embeddings", "text_model.embeddings.position_embedding.weight")
        .norm("text_norm", "text_model.final_layer_norm")
        .weight(
            "image_class_embedding/embeddings",
            "vision_model.embeddings.class_embedding",
            WeightLayout.same().split(0, 2))
        .weight(
            "image_position_embedding/embeddings",
            "vision_model.embeddings.position_embedding.weight")
        .weight(
            "image_patch_embedding/kernel",
            "vision_model.embeddings.patch_embedding.weight",
            WeightLayout.permuted(2, 3, 1, 0))
        .norm("image_pre_norm", "vision_model.pre_layrnorm")
        .norm("image_norm", "vision_model.post_layernorm")
        .linear("text_projection", "text_projection")
        .linear("image_projection", "visual_projection")
        .weight("logit_scale/logit_scale", "logit_scale")
        .ignore("text_model.embeddings.position_ids", "vision_model.embeddings.position_ids");
    return encoders(map);
  }

  /** With the layers of both transformers. */
  static WeightMap encoders(WeightMap without) {
    WeightMap map = without;
    for (String side : new String[] {"text", "image"}) {
      String theirs = (side.equals("text") ? "text" : "vision") + "_model.encoder.layers.{i}.";
      String ours = side + "_layer_{i}_";
      map = map.attention(
              ours + "attention",
              theirs + "self_attn.q_proj",
              theirs + "self_attn.k_proj",
              theirs + "self_attn.v_proj",
              theirs + "self_attn.out_proj")
          .norm(ours + "attention_norm", theirs + "layer_norm1")
          .norm(ours + "feed_norm", theirs + "layer_norm2")
          .linear(ours + "intermediate", theirs + "mlp.fc1")
          .linear(ours + "output", theirs + "mlp.fc2");
    }
    return map;
  }

  /**
   * The model with its weights.
   *
   * @return a model with the inputs {@code images (batch, height, width, channels)} and {@code token_ids (texts, sequence)}; its
   *     outputs are {@code image_embeddings (batch, projection)} and {@code text_embeddings (texts, projection)}, of length 1,
   *     and {@code logits (batch, texts)}, how well each text fits each image
   * @throws IllegalArgumentException if weights are missing, left over, or do not fit
   * @throws IOException if they cannot be read
   */
  public Functional model() throws IOException {
    try (WeightSource source = SafeTensors.open(folder)) {
      text.requireWeights(source.names().size(), "num_hidden_layers");
      vision.requireWeights(source.names().size(), "num_hidden_layers");
      Functional model = graph();
      map().load(model, source);
      return model;
    }
  }

  private Functional graph() {
    int size = imageSize();
    KerasTensor images =
        new Input(size, size, vision.size("num_channels", 3)).name("images").output();
    KerasTensor ids = new Input(-1).dtype(DType.INT32).name("token_ids").output();
    Tensor image = unit(image(images), "image");
    Tensor words = unit(words(ids), "text");
    Map<String, Object> in = new LinkedHashMap<>();
    in.put("images", images);
    in.put("token_ids", ids);
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("image_embeddings", image);
    out.put("text_embeddings", words);
    out.put(
        "logits",
        new LogitScale(config.number("logit_scale_init_value", 2.6592))
            .name("logit_scale")
            .invoke(Ops.matmul(image, Ops.transpose(words))));
    return Model.of(in, out, "clip");
  }

  private Tensor unit(Tensor x, String side) {
    Tensor projected = new Dense(config.size("projection_dim", 512))
        .useBias(false)
        .name(side + "_projection")
        .invoke(x);
    return new UnitNormalization().name(side + "_unit").invoke(projected);
  }

  private Tensor image(KerasTensor images) {
    PreNormEncoder encoder = encoder(vision, false);
    Tensor x = encoder.norm("image_pre_norm").invoke(patches().of(images, "image_"));
    return encoder.norm("image_norm").invoke(Ops.take(encoder.of(x, "image_"), 0, 1));
  }

  private Tensor words(KerasTensor ids) {
    PreNormEncoder encoder = encoder(text, true);
    Tensor row = Ops.cumsum(Ops.onesLike(Ops.take(ids, 0, 0)), 0);
    Tensor places = Patches.table(maxSequenceLength(), width(), "text_position_embedding")
        .invoke(Ops.subtract(row, 1));
    Tensor x = Ops.add(
        Patches.table(text.size("vocab_size", 49408), width(), "text_token_embedding")
            .invoke(ids),
        Ops.expandDims(places, 0));
    x = encoder.norm("text_norm").invoke(encoder.of(x, "text_"));
    int end = text.integer("eos_token_id", 49407);
    Tensor at =
        end == OLD_END ? Ops.argmax(ids, 1) : Ops.argmax(Ops.cast(Ops.equal(ids, end), "int32"), 1);
    // the vector of the text's end
    Tensor chosen = Ops.cast(
        Ops.equal(Ops.expandDims(at, 1), Ops.expandDims(Ops.subtract(row, 1), 0)), x.dtype());
    return Ops.sum(Ops.multiply(x, Ops.expandDims(chosen, -1)), 1);
  }

  private int width() {
    return text.size("hidden_size", 512);
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
    AtomicFile.writeString(target.resolve("config.json"), config.with("CLIPModel", List.of()));
  }
}
