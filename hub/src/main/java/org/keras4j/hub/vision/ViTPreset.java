package org.keras4j.hub.vision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightLayout;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;

/**
 * A folder of Hugging Face with a vision transformer (ViT; Dosovitskiy et al. 2020, arXiv:2010.11929): {@code config.json} and
 * {@code model.safetensors}. Its models are graphs of Keras's own layers.
 *
 * <pre>{@code
 * ViTPreset preset = ViTPreset.open(Path.of("vit-base-patch16-224"));
 * Functional classifier = preset.classifier(null); // images (batch, 224, 224, 3) to logits (batch, 1000)
 * }</pre>
 *
 * <p>Images are {@code (batch, height, width, channels)}, with the values that the model was trained with; for most that is
 * {@code pixel / 127.5 - 1}.
 */
public final class ViTPreset {
  private static final String PREFIX = "vit.";

  private final Path folder;
  private final PresetConfig config;

  private ViTPreset(Path folder, PresetConfig config) {
    this.folder = folder;
    this.config = config;
    encoder(true);
    patches();
    config.size("num_channels", 3);
    config.require("qkv_bias", true);
    config.require("pooler_act", "tanh");
    config.integer("pooler_output_size", 0);
    config.ignore("encoder_stride");
    config.done();
  }

  /**
   * Opens a folder.
   *
   * @param folder with a config of the type vit
   * @return the preset; weights are not read yet
   * @throws IllegalArgumentException if it is of another kind, or a setting is not known
   * @throws IOException if the config cannot be read
   */
  public static ViTPreset open(Path folder) throws IOException {
    PresetConfig config = PresetConfig.read(folder.resolve("config.json"));
    config.require("model_type", "vit");
    return new ViTPreset(folder, config);
  }

  private PreNormEncoder encoder(boolean trained) {
    PresetConfig c = config;
    c.require("hidden_act", "gelu", "relu", "silu");
    return new PreNormEncoder(
        c.size("num_hidden_layers"),
        c.size("num_attention_heads"),
        c.size("hidden_size"),
        c.size("intermediate_size"),
        c.text("hidden_act", "gelu"),
        c.number("layer_norm_eps", 1e-12),
        c.number("hidden_dropout_prob", 0) * (trained ? 1 : 0),
        c.number("attention_probs_dropout_prob", 0) * (trained ? 1 : 0),
        false);
  }

  private Patches patches() {
    return new Patches(
        config.size("image_size", 224),
        config.size("patch_size", 16),
        config.size("hidden_size"),
        true,
        true);
  }

  /** The names of the classes that a classifier in the folder tells apart; empty if the config names none. */
  public List<String> labels() {
    return config.labels();
  }

  /** The height and width of images. */
  public int imageSize() {
    return config.size("image_size", 224);
  }

  private static WeightMap map() {
    String layer = "encoder.layer.{i}.";
    String attention = layer + "attention.attention.";
    return WeightMap.empty()
        .weight(
            "class_embedding/embeddings",
            "embeddings.cls_token",
            WeightLayout.same().squeezed(0))
        .weight(
            "position_embedding/embeddings",
            "embeddings.position_embeddings",
            WeightLayout.same().squeezed(0))
        .weight(
            "patch_embedding/kernel",
            "embeddings.patch_embeddings.projection.weight",
            WeightLayout.permuted(2, 3, 1, 0))
        .weight("patch_embedding/bias", "embeddings.patch_embeddings.projection.bias")
        .attention(
            "layer_{i}_attention",
            attention + "query",
            attention + "key",
            attention + "value",
            layer + "attention.output.dense")
        .norm("layer_{i}_attention_norm", layer + "layernorm_before")
        .norm("layer_{i}_feed_norm", layer + "layernorm_after")
        .linear("layer_{i}_intermediate", layer + "intermediate.dense")
        .linear("layer_{i}_output", layer + "output.dense")
        .norm("norm", "layernorm")
        .linear("pooler", "pooler.dense")
        .linear("classifier", "classifier")
        .ignore("embeddings.mask_token");
  }

  private WeightSource weights() throws IOException {
    WeightSource source = SafeTensors.open(folder);
    config.requireWeights(source.names().size(), "num_hidden_layers");
    return source.renamed(n -> n.startsWith(PREFIX) ? n.substring(PREFIX.length()) : n);
  }

  private Tensor tokens(KerasTensor images, boolean trained) {
    PreNormEncoder encoder = encoder(trained);
    return encoder.norm("norm").invoke(encoder.of(patches().of(images, ""), ""));
  }

  private KerasTensor images() {
    int size = imageSize();
    return new Input(size, size, config.size("num_channels", 3)).name("images").output();
  }

  /**
   * The encoder with its weights, without dropout.
   *
   * @return a model from images to {@code sequence_output (batch, 1 + patches, hidden)}, and {@code pooled_output (batch,
   *     hidden)} if there are weights for it
   * @throws IllegalArgumentException if weights are missing, left over, or do not fit
   * @throws IOException if they cannot be read
   */
  public Functional backbone() throws IOException {
    try (WeightSource source = weights()) {
      KerasTensor images = images();
      Tensor x = tokens(images, false);
      Map<String, Object> out = new LinkedHashMap<>();
      out.put("sequence_output", x);
      if (source.names().contains("pooler.dense.weight")) {
        out.put(
            "pooled_output",
            PreNormEncoder.dense(config.size("hidden_size"), "pooler")
                .activation("tanh")
                .invoke(Ops.take(x, 0, 1)));
      }
      Functional model = Model.of(images, out, "vit_backbone");
      map().ignore("classifier.*").load(model, source);
      return model;
    }
  }

  /**
   * A classifier, with dropout as the config says.
   *
   * @param classes how many classes there are; null for those of the folder's own classifier. A head that is not among the
   *     weights, or has another number of classes, starts with random weights
   * @return a model from images to logits {@code (batch, classes)}
   * @throws IllegalArgumentException if {@code classes} is null and there is no classifier, or weights do not fit
   * @throws IOException if they cannot be read
   */
  public Functional classifier(@Nullable Integer classes) throws IOException {
    try (WeightSource source = weights()) {
      String kernel = "classifier.weight";
      int there = source.names().contains(kernel) ? source.shape(kernel).intDim(0) : 0;
      if (classes == null && there == 0) {
        throw new IllegalArgumentException(folder
            + ": there is no classifier among the weights, and no number of classes was given");
      }
      int count = classes == null ? there : classes;
      KerasTensor images = images();
      Tensor logits =
          PreNormEncoder.dense(count, "classifier").invoke(Ops.take(tokens(images, true), 0, 1));
      Functional model = Model.of(images, logits, "vit_classifier");
      WeightMap map = map().ignore("pooler.*");
      if (there == count) {
        map.load(model, source);
        return model;
      }
      WeightMap.Report report = map.ignore("old.*")
          .loadMatching(model, source.renamed(n -> n.startsWith("classifier.") ? "old." + n : n));
      List<String> missing =
          report.missing().stream().filter(m -> !m.startsWith("classifier/")).toList();
      if (!missing.isEmpty() || !report.leftOver().isEmpty()) {
        throw new IllegalArgumentException(folder + " does not fit a ViT: " + report);
      }
      return model;
    }
  }

  /**
   * Writes a classifier of this preset as a folder of Hugging Face: config and {@code model.safetensors}.
   *
   * @param model what {@link #classifier} gave, trained perhaps
   * @param classes the names of its classes
   * @param target the folder; made if it is not there
   * @throws IllegalArgumentException if the model is another one
   * @throws IOException if files cannot be written
   */
  public void save(Functional model, List<String> classes, Path target) throws IOException {
    SafeTensors.write(
        target.resolve("model.safetensors"),
        map().export(model).renamed(n -> n.startsWith("classifier.") ? n : PREFIX + n));
    AtomicFile.writeString(
        target.resolve("config.json"), config.with("ViTForImageClassification", classes));
  }
}
