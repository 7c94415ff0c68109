package org.keras4j.hub.tasks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.keras4j.hub.preset.PresetConfig;

/**
 * What files of the library sentence-transformers say of an embedder.
 *
 * @param pooling how tokens become one vector
 * @param normalize whether vectors have the length 1
 * @param maxSequenceLength the most tokens of a text; null if nothing is said
 */
record SentenceSettings(
    Pooling pooling, boolean normalize, @Nullable Integer maxSequenceLength) {
  private static final String PREFIX = "pooling_mode_";

  static SentenceSettings read(Path folder) throws IOException {
    Path pooling = folder.resolve("1_Pooling").resolve("config.json");
    Path lengths = folder.resolve("sentence_bert_config.json");
    Integer most = null;
    if (Files.exists(lengths)) {
      PresetConfig c = PresetConfig.read(lengths);
      most = c.has("max_seq_length") ? (Integer) c.size("max_seq_length") : null;
      c.ignore("do_lower_case"); // the tokenizer does
      c.done();
    }
    Path modules = folder.resolve("modules.json");
    // without the list of modules nothing is said; most embedders are trained with vectors of
    // length 1
    boolean normalize = !Files.exists(modules) || Files.readString(modules).contains("Normalize");
    return new SentenceSettings(
        Files.exists(pooling) ? pooling(pooling) : Pooling.MEAN, normalize, most);
  }

  private static Pooling pooling(Path file) throws IOException {
    PresetConfig c = PresetConfig.read(file);
    boolean mean = c.flag(PREFIX + "mean_tokens", false);
    boolean cls = c.flag(PREFIX + "cls_token", false);
    boolean max = c.flag(PREFIX + "max_tokens", false);
    c.ignore("word_embedding_dimension", "include_prompt");
    c.require(PREFIX + "mean_sqrt_len_tokens", false);
    c.require(PREFIX + "weightedmean_tokens", false);
    c.require(PREFIX + "lasttoken", false);
    c.done();
    if ((mean ? 1 : 0) + (cls ? 1 : 0) + (max ? 1 : 0) != 1) {
      throw new IllegalArgumentException(
          file + ": expected one of the poolings mean_tokens, cls_token and max_tokens");
    }
    return mean ? Pooling.MEAN : cls ? Pooling.CLS : Pooling.MAX;
  }
}
