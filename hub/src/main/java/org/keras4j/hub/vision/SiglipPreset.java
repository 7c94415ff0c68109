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
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.initializers.TruncatedNormal;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.normalization.UnitNormalization;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.text.Tokenizer;

/**
 * A folder of Hugging Face with SigLIP, which puts images and texts into one space and tells of each pair whether it belongs
 * together (Zhai et al. 2023, arXiv:2303.15343): {@code config.json}, {@code model.safetensors} and a tokenizer.
 *
 * <pre>{@code
 * SiglipPreset preset = SiglipPreset.open(Path.of("siglip-base-patch16-224"));
 * Functional siglip = preset.model();
 * }</pre>
 *
 * <p>Texts are filled up to {@link #maxSequenceLength} tokens: what counts is the vector of the last one. Images are {@code (batch,
 * height, width, channels)}, from -1 to 1: {@code pixel / 127.5 - 1}.
 */
public final class SiglipPreset {
  private static final double SCALE = Math.log(10);
  private static final double BIAS = -10;

  private final Path folder;
  private final PresetConfig config;
  private final PresetConfig text;
  private final PresetConfig vision;

  private SiglipPreset(Path folder, PresetConfig config) {
    this.folder = folder;
    this.config = config;
    this.text = config.requireInner("text_config");
    this.vision = config.requireInner("vision_config");
    for (PresetConfig c : List.of(text, vision)) {
      encoder(c);
      c.require("attention_dropout", 0.0);
    }
    patches();
    text.size("vocab_size", 32000);
    text.size("max_position_embeddings", 64);
    // a width of its own would give vectors that images have not
    if (projection() != vision.size("hidden_size", 768)) {
      throw new IllegalArgumentException(config + ": texts have vectors of " + projection()
          + " numbers, images of " + vision.size("hidden_size", 768));
    }
    vision.size("num_channels", 3);
    vision.require("vision_use_head", true);
    config.done();
    text.done();
    vision.done();
  }

  /**
   * Opens a folder.
   *
   * @param folder with a config of the type siglip
   * @return the preset; weights are not read yet
   * @throws IllegalArgumentException if it is of another kind, or a setting is not known
   * @throws IOException if the config cannot be read
   */
  public static SiglipPreset open(Path folder) throws IOException {
    PresetConfig config = PresetConfig.read(folder.resolve("config.json"));
    config.require("model_type", "siglip");
    return new SiglipPreset(folder, config);
  }

  private static PreNormEncoder encoder(PresetConfig c) {
    c.require("hidden_act", PreNormEncoder.APPROXIMATE, "quick_gelu", "gelu", "relu", "silu");
    return new PreNormEncoder(
        c.size("num_hidden_layers", 12),
        c.size("num_attention_heads", 12),
        c.size("hidden_size", 768),
        c.size("intermediate_size", 3072),
        c.text("hidden_act", PreNormEncoder.APPROXIMATE),
        c.number("layer_norm_eps", 1e-6),
        0,
        0,
        false);
  }

  private Patches patches() {
    return new Patches(
        vision.size("image_size", 224),
        vision.size("patch_size", 16),
        vision.size("hidden_size", 768),
        true,
        false);
  }

  private int projection() {
    return text.size("projection_size", text.size("hidden_size", 768));
  }

  /**
   * The tokenizer.
   *
   * @return the tokenizer, with the padding and truncation that its file names
   * @throws IOException if it cannot be read
   */
  public Tokenizer tokenizer() throws IOException {
    return Tokenizer.load(folder);
  }

  /** How many tokens a text is filled up to. */
  public int maxSequenceLength() {
    return text.size("max_position_embeddings", 64);
  }

  /** The height and width of images. */
  public int imageSize() {
    return vision.size("image_size", 224);
  }

  private static WeightMap map() {
    String head = "vision_model.head.";
    WeightMap map = WeightMap.empty()
        .weight("text_token_embedding/embeddings", "text_model.embeddings.token_embedding.weight")
        .weight(
            "text_position_embedding/embeddings", "text_model.embeddings.position_embedding.weight")
        .norm("text_norm", "text_model.final_layer_norm")
        .linear("text_projection", "text_model.head")
        .weight(
            "image_position_embedding/embeddings",
            "vision_model.embeddings.position_embedding.weight")
        .weight(
            "image_patch_embedding/kernel",
            "vision_model.embeddings.patch_embedding.weight",
            WeightLayout.permuted(2, 3, 1, 0))
        .weight("image_patch_embedding/bias", "vision_model.embeddings.patch_embedding.bias")
        .norm("image_norm", "vision_model.post_layernorm")
        .weight(
            "image_pool_probe/embeddings", head + "probe", WeightLayout.same().squeezed(0))
        .norm("image_pool_norm", head + "layernorm")
        .linear("image_pool_intermediate", head + "mlp.fc1")
        .linear("image_pool_output", head + "mlp.fc2")
        .weight("logit_scale/logit_scale", "logit_scale", WeightLayout.same().squeezed(0))
        .weight("logit_scale/logit_bias", "logit_bias", WeightLayout.same().squeezed(0))
        .ignore("text_model.embeddings.position_ids", "vision_model.embeddings.position_ids");
    // queries, keys and values are one array there
    String[] parts = {"query", "key", "value"};
    for (int i = 0; i < parts.length; i++) {
      String ours = "image_pool_attention/" + parts[i] + "/";
      map = map.weight(
              ours + "kernel",
              head + "attention.in_proj_weight",
              WeightLayout.transposed().split(1, 2).part(i, 3, 0))
          .weight(
              ours + "bias",
              head + "attention.in_proj_bias",
              WeightLayout.same().split(0, 2).part(i, 3, 0));
    }
    String out = "image_pool_attention/attention_output/";
    map = map.weight(
            out + "kernel",
            head + "attention.out_proj.weight",
            WeightLayout.transposed().split(0, 2))
        .weight(out + "bias", head + "attention.out_proj.bias");
    return ClipPreset.encoders(map);
  }

  /**
   * The model with its weights.
   *
   * @return a model with the inputs {@code images (batch, height, width, channels)} and {@code token_ids (texts, sequence)}; its
   *     outputs are {@code image_embeddings (batch, projection)} and {@code text_embeddings (texts, projection)}, of length 1,
   *     and {@code logits (batch, texts)}, whose sigmoid is the probability that a text belongs to an image
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
    Tensor image = new UnitNormalization().name("image_unit").invoke(image(images));
    Tensor words = new UnitNormalization().name("text_unit").invoke(words(ids));
    Map<String, Object> in = new LinkedHashMap<>();
    in.put("images", images);
    in.put("token_ids", ids);
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("image_embeddings", image);
    out.put("text_embeddings", words);
    out.put(
        "logits",
        new LogitScale(SCALE)
            .initialBias(BIAS)
            .name("logit_scale")
            .invoke(Ops.matmul(image, Ops.transpose(words))));
    return Model.of(in, out, "siglip");
  }

  // attention of one learned query to all patches
  private Tensor image(KerasTensor images) {
    PreNormEncoder encoder = encoder(vision);
    Tensor x =
        encoder.norm("image_norm").invoke(encoder.of(patches().of(images, "image_"), "image_"));
    Tensor pooled = new MultiHeadAttention(encoder.heads(), encoder.width() / encoder.heads())
        .kernelInitializer(new TruncatedNormal().stddev(0.02))
        .name("image_pool_attention")
        .invoke(Patches.learned(x, encoder.width(), "image_pool_probe"), CallArgs.of("value", x));
    Tensor n = encoder.norm("image_pool_norm").invoke(pooled);
    Tensor y = new Add()
        .name("image_pool_add")
        .invoke(List.of(pooled, encoder.feedForward(n, "image_pool")));
    return Ops.take(y, 0, 1);
  }

  private Tensor words(KerasTensor ids) {
    PreNormEncoder encoder = encoder(text);
    int width = encoder.width();
    Tensor row = Ops.cumsum(Ops.onesLike(Ops.take(ids, 0, 0)), 0);
    Tensor places = Patches.table(maxSequenceLength(), width, "text_position_embedding")
        .invoke(Ops.subtract(row, 1));
    Tensor x = Ops.add(
        Patches.table(text.size("vocab_size", 32000), width, "text_token_embedding")
            .invoke(ids),
        Ops.expandDims(places, 0));
    x = encoder.norm("text_norm").invoke(encoder.of(x, "text_"));
    return PreNormEncoder.dense(projection(), "text_projection").invoke(Ops.take(x, -1, 1));
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
    AtomicFile.writeString(target.resolve("config.json"), config.with("SiglipModel", List.of()));
  }
}
