package org.keras4j.hub.bert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.hub.preset.PresetConfig;
import org.keras4j.hub.weights.H5Weights;
import org.keras4j.hub.weights.WeightMap;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.models.Functional;

/**
 * An encoder in a preset of KerasHub: {@code config.json} with a registered class, {@code model.weights.h5} by the attributes of
 * that class, and assets.
 */
final class KerasHubBert {
  private static final String WEIGHTS = "model.weights.h5";
  private static final String FIRST = "layers/transformer_encoder/";

  private final Path folder;
  private final BertFamily family;
  private final PresetConfig config;

  KerasHubBert(Path folder, BertFamily family, PresetConfig config) {
    this.folder = folder;
    this.family = family;
    this.config = config;
  }

  BertBackbone architecture(boolean pooler) {
    PresetConfig c = config;
    boolean bert = family == BertFamily.BERT;
    BertBackbone out = new BertBackbone(
            c.size("vocabulary_size"),
            c.size("num_layers"),
            c.size("num_heads"),
            c.size("hidden_dim"),
            c.size("intermediate_dim"))
        .dropout(c.number("dropout", 0.1))
        .attentionDropout(c.number("dropout", 0.1))
        .maxSequenceLength(places())
        .numSegments(bert ? c.size("num_segments", 2) : 0)
        .layerNormEpsilon(family == BertFamily.ROBERTA ? 1e-5 : 1e-12)
        // what its classes have, and no setting
        .activation(bert ? "gelu_approximate" : "gelu")
        .pooler(bert && pooler);
    c.ignore("name", "trainable");
    c.done();
    return out;
  }

  int places() {
    return config.size("max_sequence_length", 512);
  }

  WeightSource weights() throws IOException {
    Path file = folder.resolve(WEIGHTS);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(folder + ": there is no " + WEIGHTS
          + "; presets with weights in several files are not read");
    }
    // the first of a kind has no number there
    WeightSource source = H5Weights.open(file);
    config.requireWeights(source.names().size(), "num_layers");
    return source.renamed(n ->
        n.startsWith(FIRST) ? "layers/transformer_encoder_0/" + n.substring(FIRST.length()) : n);
  }

  WeightMap map() {
    WeightMap map = family == BertFamily.BERT
        ? layer(
            WeightMap.empty()
                .weight("token_embedding/embeddings", "layers/reversible_embedding/vars/0")
                .weight("position_embedding/embeddings", "layers/position_embedding/vars/0")
                .weight("segment_embedding/embeddings", "layers/embedding/vars/0"),
            "pooler",
            "layers/dense",
            "kernel",
            "bias")
        : WeightMap.empty()
            .weight(
                "token_embedding/embeddings",
                "layers/token_and_position_embedding/token_embedding/vars/0")
            .weight(
                "position_embedding/embeddings",
                "layers/token_and_position_embedding/position_embedding/vars/0");
    map = layer(map, "embeddings_norm", "layers/layer_normalization", "gamma", "beta");
    String theirs = "layers/transformer_encoder_{i}/";
    String attention = theirs + "_self_attention_layer/";
    for (String part : new String[] {"query", "key", "value"}) {
      map =
          layer(map, "layer_{i}_attention/" + part, attention + part + "_dense", "kernel", "bias");
    }
    map = layer(
        map, "layer_{i}_attention/attention_output", attention + "output_dense", "kernel", "bias");
    map = layer(
        map, "layer_{i}_attention_norm", theirs + "_self_attention_layer_norm", "gamma", "beta");
    map = layer(
        map,
        "layer_{i}_intermediate",
        theirs + "_feedforward_intermediate_dense",
        "kernel",
        "bias");
    map = layer(map, "layer_{i}_output", theirs + "_feedforward_output_dense", "kernel", "bias");
    return layer(map, "layer_{i}_output_norm", theirs + "_feedforward_layer_norm", "gamma", "beta");
  }

  private static WeightMap layer(
      WeightMap map, String ours, String theirs, String first, String second) {
    return map.weight(ours + "/" + first, theirs + "/vars/0")
        .weight(ours + "/" + second, theirs + "/vars/1");
  }

  /** Writes an encoder as a preset, with the config and the assets of this one. */
  void save(Functional encoder, Path target) throws IOException {
    H5Weights.write(
        target.resolve(WEIGHTS),
        map()
            .export(encoder)
            .renamed(n -> n.replaceFirst("^layers/transformer_encoder_0/", FIRST)));
    List<Path> rest = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(Files::isRegularFile)
          .filter(p -> !p.getFileName().toString().endsWith(".h5"))
          .filter(p -> !p.getFileName().toString().startsWith("task"))
          .forEach(rest::add);
    }
    for (Path p : rest) {
      byte[] bytes = Files.readAllBytes(p);
      AtomicFile.write(target.resolve(folder.relativize(p).toString()), out -> out.write(bytes));
    }
  }
}
