package org.keras4j.hub.bert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.OnnxWeights;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.text.Tokenizer;

/**
 * A folder with an encoder of the BERT family: of Hugging Face, {@code config.json}, weights as {@code model.safetensors} or
 * {@code model.onnx}, and a tokenizer; or a preset of KerasHub, {@code config.json}, {@code model.weights.h5} and assets.
 *
 * <pre>{@code
 * BertPreset preset = BertPreset.open(Path.of("all-MiniLM-L6-v2"));
 * Functional encoder = preset.backbone();
 * Tokenizer tokenizer = preset.tokenizer();
 * }</pre>
 */
public final class BertPreset {
  private static final String ONNX = "model.onnx";
  private static final List<String> TOKENIZER_FILES = List.of(
      "tokenizer.json",
      "tokenizer_config.json",
      "special_tokens_map.json",
      "vocab.txt",
      "vocab.json",
      "merges.txt",
      "sentencepiece.bpe.model");

  private final Path folder;
  private final BertFamily family;
  private final @Nullable KerasHubBert kerasHub;
  private final PresetConfig config;
  private final List<String> labels;
  private final int places;

  private BertPreset(
      Path folder, BertFamily family, PresetConfig config, @Nullable KerasHubBert kerasHub) {
    this.folder = folder;
    this.family = family;
    this.config = config;
    this.kerasHub = kerasHub;
    this.labels = config.labels();
    this.places = kerasHub == null ? places() : kerasHub.places();
    architecture(false); // refuses what is not known before anything is read
  }

  /**
   * Opens a folder.
   *
   * @param folder what {@link BertBackbone#fromPreset} takes
   * @return the preset; weights are not read yet
   * @throws IllegalArgumentException if it is of another kind, or a setting is not known
   * @throws IOException if the config cannot be read
   */
  public static BertPreset open(Path folder) throws IOException {
    PresetConfig config = PresetConfig.read(folder.resolve("config.json"));
    if (config.has("class_name")) {
      String name = config.text("class_name", "");
      BertFamily family = known(folder, "class_name", name, BertFamily.CLASSES);
      PresetConfig inner = config.inner("config");
      if (inner == null) {
        throw new IllegalArgumentException(folder + ": config.json has no 'config'");
      }
      return new BertPreset(folder, family, config, new KerasHubBert(folder, family, inner));
    }
    String type = config.text("model_type", "");
    return new BertPreset(
        folder, known(folder, "model_type", type, BertFamily.TYPES), config, null);
  }

  private static BertFamily known(
      Path folder, String key, String name, Map<String, BertFamily> all) {
    BertFamily family = all.get(name);
    if (family == null) {
      throw new IllegalArgumentException(
          folder + ": the " + key + " '" + name + "' is none of the BERT family, which are "
              + all.keySet().stream().sorted().toList());
    }
    return family;
  }

  // RoBERTa's begin behind the number of the token that fills up
  private int places() {
    int all = config.size("max_position_embeddings", 512);
    return family == BertFamily.ROBERTA ? all - paddingId() - 1 : all;
  }

  private int paddingId() {
    return config.integer("pad_token_id", 1);
  }

  private BertBackbone architecture(boolean pooler) {
    if (kerasHub != null) {
      return kerasHub.architecture(pooler);
    }
    PresetConfig c = config;
    boolean distil = family == BertFamily.DISTILBERT;
    BertBackbone b = distil
        ? new BertBackbone(
                c.size("vocab_size"),
                c.size("n_layers"),
                c.size("n_heads"),
                c.size("dim"),
                c.size("hidden_dim"))
            .dropout(c.number("dropout", 0.1))
            .attentionDropout(c.number("attention_dropout", 0.1))
            .numSegments(0)
        : new BertBackbone(
                c.size("vocab_size"),
                c.size("num_hidden_layers"),
                c.size("num_attention_heads"),
                c.size("hidden_size"),
                c.size("intermediate_size"))
            .dropout(c.number("hidden_dropout_prob", 0.1))
            .attentionDropout(c.number("attention_probs_dropout_prob", 0.1))
            .numSegments(c.size("type_vocab_size", 2))
            .layerNormEpsilon(c.number("layer_norm_eps", 1e-12));
    b.activation(activation(c.text(distil ? "activation" : "hidden_act", "gelu")))
        .maxSequenceLength(c.size("max_position_embeddings", 512))
        .pooler(pooler)
        .paddingId(family == BertFamily.ROBERTA ? (Integer) paddingId() : null);
    c.require("position_embedding_type", "absolute");
    c.require("is_decoder", false);
    c.require("add_cross_attention", false);
    c.require("chunk_size_feed_forward", 0);
    // of training, and of DistilBERT's and older files that say nothing by them
    c.ignore(
        "classifier_dropout",
        "seq_classif_dropout",
        "qa_dropout",
        "sinusoidal_pos_embds",
        "tie_weights_",
        "pooler_fc_size",
        "pooler_num_attention_heads",
        "pooler_num_fc_layers",
        "pooler_size_per_head",
        "pooler_type");
    c.done();
    return b;
  }

  private static String activation(String name) {
    return switch (name) {
      case "gelu", "relu", "silu", "swish", "tanh" -> name.equals("swish") ? "silu" : name;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> "gelu_approximate";
      default -> throw new IllegalArgumentException("the activation '" + name + "' is not known");
    };
  }

  /** The names of the classes that a classifier in the folder tells apart; empty if the config names none. */
  public List<String> labels() {
    return labels;
  }

  /** The most tokens of a text. */
  public int maxSequenceLength() {
    return places;
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

  private WeightSource weights() throws IOException {
    if (kerasHub != null) {
      return kerasHub.weights();
    }
    boolean onnx = !Files.exists(folder.resolve("model.safetensors"))
        && !Files.exists(folder.resolve("model.safetensors.index.json"))
        && Files.exists(folder.resolve(ONNX));
    WeightSource source = onnx ? OnnxWeights.open(folder.resolve(ONNX)) : SafeTensors.open(folder);
    config.requireWeights(source.names().size(), "num_hidden_layers", "n_layers");
    return BertWeights.plain(source, family.prefix);
  }

  private WeightMap map() {
    if (kerasHub != null) {
      return kerasHub.map();
    }
    WeightMap map = family == BertFamily.DISTILBERT ? BertWeights.distilBert() : BertWeights.bert();
    return switch (family) {
      case BERT -> map.linear("classifier", "classifier");
      case ROBERTA ->
        map.linear("pre_classifier", "classifier.dense")
            .linear("classifier", "classifier.out_proj");
      case DISTILBERT ->
        map.linear("pre_classifier", "pre_classifier").linear("classifier", "classifier");
    };
  }

  /**
   * The encoder with its weights, without dropout.
   *
   * @return a model with the inputs and outputs that {@link BertBackbone} names; with {@code pooled_output} if there are weights
   *     for it
   * @throws IllegalArgumentException if weights are missing, left over, or do not fit
   * @throws IOException if they cannot be read
   */
  public Functional backbone() throws IOException {
    try (WeightSource source = weights()) {
      boolean pooler =
          source.names().contains(kerasHub == null ? "pooler.dense.weight" : "layers/dense/vars/0");
      Functional model = architecture(pooler).dropout(0).attentionDropout(0).build();
      map().ignore("classifier.*", "pre_classifier.*").load(model, source);
      return model;
    }
  }

  /**
   * A classifier: the encoder and the head that Hugging Face's classifiers of this kind have, with dropout as the config says.
   *
   * @param classes how many classes there are; null for those of the folder's own classifier. A head that is not among the
   *     weights, or has another number of classes, starts with random weights
   * @return a model with the inputs that {@link BertBackbone} names, which gives logits {@code (batch, classes)}
   * @throws IllegalArgumentException if {@code classes} is null and there is no classifier, or weights do not fit
   * @throws IOException if they cannot be read
   */
  public Functional classifier(@Nullable Integer classes) throws IOException {
    try (WeightSource source = weights()) {
      String kernel =
          family == BertFamily.ROBERTA ? "classifier.out_proj.weight" : "classifier.weight";
      int there = source.names().contains(kernel) ? source.shape(kernel).intDim(0) : 0;
      if (classes == null && there == 0) {
        throw new IllegalArgumentException(folder
            + ": there is no classifier among the weights, and no number of classes was given");
      }
      int count = classes == null ? there : classes;
      boolean pooled = family == BertFamily.BERT;
      BertBackbone architecture = architecture(pooled);
      Functional encoder = architecture.build();
      Functional model = head(architecture, encoder, count);
      WeightMap map = map().ignore("pooler.*", "layers/dense/*");
      if (there == count) {
        map.load(model, source);
        return model;
      }
      Set<String> fresh = Set.of("classifier", "pre_classifier");
      WeightMap.Report report =
          map.ignore("classifier.*", "pre_classifier.*").loadMatching(model, without(source));
      List<String> missing = report.missing().stream()
          .filter(m -> !fresh.contains(m.substring(0, Math.max(0, m.indexOf('/'))))
              && !(pooled && m.startsWith("pooler/")))
          .toList();
      if (!missing.isEmpty() || !report.leftOver().isEmpty()) {
        throw new IllegalArgumentException(folder + " does not fit a " + family + ": " + report);
      }
      return model;
    }
  }

  // the old head would not fit
  private static WeightSource without(WeightSource source) {
    return source.renamed(n ->
        n.startsWith("classifier.") || n.startsWith("pre_classifier.") ? "classifier.old." + n : n);
  }

  private Functional head(BertBackbone architecture, Functional encoder, int classes) {
    @SuppressWarnings("unchecked")
    Map<String, Object> outputs = (Map<String, Object>) encoder.outputStructure();
    Tensor x;
    if (family == BertFamily.BERT) {
      x = (Tensor) Objects.requireNonNull(outputs.get("pooled_output"));
    } else {
      x = Ops.take(Objects.requireNonNull(outputs.get("sequence_output")), 0, 1);
    }
    double rate = family == BertFamily.DISTILBERT
        ? config.number("seq_classif_dropout", 0.2)
        : config.number("classifier_dropout", architecture.dropout());
    if (family == BertFamily.ROBERTA) {
      x = drop(x, rate, "pre_classifier_dropout");
    }
    if (family != BertFamily.BERT) {
      x = BertBackbone.dense(architecture.hiddenDim(), "pre_classifier")
          .activation(family == BertFamily.ROBERTA ? "tanh" : "relu")
          .invoke(x);
    }
    x = BertBackbone.dense(classes, "classifier").invoke(drop(x, rate, "classifier_dropout"));
    return Model.of(
        new LinkedHashMap<>((Map<?, ?>) encoder.inputStructure()), x, "bert_classifier");
  }

  private static Tensor drop(Tensor x, double rate, String name) {
    return rate == 0 ? x : new Dropout(rate).name(name).invoke(x);
  }

  /**
   * Writes a model of this preset as a folder of the same kind, which the other library opens too: config, weights, and the files
   * of the tokenizer. Of KerasHub's presets encoders are written, not classifiers.
   *
   * @param model what {@link #backbone} or {@link #classifier} gave, trained perhaps; updates of low rank are merged
   * @param classes the names of a classifier's classes; empty for an encoder
   * @param target the folder; made if it is not there
   * @throws IllegalArgumentException if the model is another one
   * @throws IOException if files cannot be written
   */
  public void save(Functional model, List<String> classes, Path target) throws IOException {
    if (kerasHub != null) {
      if (!classes.isEmpty()) {
        throw new IllegalArgumentException(
            "BertPreset: a preset of KerasHub is written for an encoder only; model.save writes a"
                + " classifier");
      }
      kerasHub.save(model, target);
      return;
    }
    WeightSource plain = map().export(model);
    boolean head = plain.names().stream().anyMatch(n -> n.startsWith("classifier."));
    if (head == classes.isEmpty()) {
      throw new IllegalArgumentException(
          "BertPreset: expected the names of classes for a classifier, and none for an encoder,"
              + " got "
              + classes);
    }
    for (String file : TOKENIZER_FILES) {
      if (Files.exists(folder.resolve(file))
          && !sameFile(folder.resolve(file), target.resolve(file))) {
        byte[] bytes = Files.readAllBytes(folder.resolve(file));
        AtomicFile.write(target.resolve(file), out -> out.write(bytes));
      }
    }
    SafeTensors.write(
        target.resolve("model.safetensors"),
        plain.renamed(n -> head && !n.startsWith("classifier.") && !n.startsWith("pre_classifier.")
            ? family.prefix + n
            : n));
    AtomicFile.writeString(
        target.resolve("config.json"), config.with(architectureName(head), classes));
  }

  private static boolean sameFile(Path a, Path b) throws IOException {
    return Files.exists(b) && Files.isSameFile(a, b);
  }

  private String architectureName(boolean head) {
    String name = switch (config.text("model_type", "")) {
      case "roberta" -> "Roberta";
      case "xlm-roberta" -> "XLMRoberta";
      case "camembert" -> "Camembert";
      case "distilbert" -> "DistilBert";
      default -> "Bert";
    };
    return name + (head ? "ForSequenceClassification" : "Model");
  }
}
