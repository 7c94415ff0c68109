package org.keras4j.text.internal.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.pipeline.Pipeline;
import org.keras4j.text.internal.pipeline.Template;
import org.keras4j.text.internal.pipeline.Template.Part;
import org.keras4j.text.internal.splitter.WordPattern;

/**
 * Reads the tokenizer of a KerasHub preset: a config ({@code tokenizer.json} with a class of Keras) and files below
 * {@code assets/tokenizer}. The tokens that KerasHub's preprocessors put around texts are put here.
 */
final class KerasPreset {
  /** Special tokens before and after a text, by the name of the tokenizer's class. */
  private static final Map<String, String[]> AROUND = Map.ofEntries(
      Map.entry("AlbertTokenizer", new String[] {"[CLS]", "[SEP]"}),
      Map.entry("BartTokenizer", new String[] {"<s>", "</s>"}),
      Map.entry("DebertaV3Tokenizer", new String[] {"[CLS]", "[SEP]"}),
      Map.entry("FNetTokenizer", new String[] {"[CLS]", "[SEP]"}),
      Map.entry("GPT2Tokenizer", new String[] {"", ""}),
      Map.entry("GemmaTokenizer", new String[] {"<bos>", ""}),
      Map.entry("Gemma3Tokenizer", new String[] {"<bos>", ""}),
      Map.entry("LlamaTokenizer", new String[] {"<s>", ""}),
      Map.entry("Llama3Tokenizer", new String[] {"<|begin_of_text|>", ""}),
      Map.entry("MistralTokenizer", new String[] {"<s>", ""}),
      Map.entry("QwenTokenizer", new String[] {"", ""}),
      Map.entry("Qwen3Tokenizer", new String[] {"", ""}),
      Map.entry("RobertaTokenizer", new String[] {"<s>", "</s>"}),
      Map.entry("T5Tokenizer", new String[] {"", "</s>"}),
      Map.entry("WhisperTokenizer", new String[] {"", ""}),
      Map.entry("BytePairTokenizer", new String[] {"", ""}),
      Map.entry("SentencePieceTokenizer", new String[] {"", ""}));

  private KerasPreset() {}

  /** Whether a JSON object is the config of a tokenizer of Keras. */
  static boolean is(JsonNode root) {
    return root.path("class_name").isTextual() && root.path("config").isObject();
  }

  static Loaded read(JsonNode root, Path folder) throws IOException {
    String name = root.path("class_name").asText();
    JsonNode config = root.path("config");
    Path assets = folder.resolve("assets").resolve("tokenizer");
    if (!Files.isDirectory(assets)) {
      assets = folder;
    }
    if (config.path("sequence_length").isInt()
        || config.path("add_prefix_space").asBoolean(false)) {
      throw new IllegalArgumentException(
          name + ": sequence_length and add_prefix_space in the config are not supported");
    }
    Path words = assets.resolve("vocabulary.txt");
    if (Files.exists(words)) {
      boolean lower = config.path("lowercase").asBoolean(false);
      return Loaded.of(VocabularyFiles.bert(
          TokenizerFiles.lines(words), lower, config.path("strip_accents").asBoolean(lower)));
    }
    String[] around = AROUND.get(name);
    if (around == null) {
      throw new IllegalArgumentException(
          "a preset with the tokenizer " + name + " is not supported");
    }
    Path pieces = assets.resolve("vocabulary.spm");
    if (Files.exists(pieces)) {
      Pipeline p = SentencePieceFile.read(TokenizerFiles.bytes(pieces)).pipeline();
      return Loaded.of(p.with(template(p, around)));
    }
    Set<String> special = new LinkedHashSet<>();
    for (String key : List.of("special_tokens", "language_tokens")) {
      config.path(key).fieldNames().forEachRemaining(special::add);
    }
    config.path("unsplittable_tokens").forEach(t -> special.add(t.asText()));
    if (name.equals("RobertaTokenizer") || name.equals("BartTokenizer")) {
      special.addAll(List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>"));
    }
    Pipeline p = VocabularyFiles.bytePair(
        TokenizerFiles.json(assets.resolve("vocabulary.json")),
        TokenizerFiles.lines(assets.resolve("merges.txt")),
        words(name),
        special,
        Template.NONE);
    return Loaded.of(p.with(template(p, around)));
  }

  private static @Nullable WordPattern words(String name) {
    if (name.startsWith("Llama3")) {
      return WordPattern.LLAMA3;
    }
    return name.startsWith("Qwen") ? WordPattern.QWEN : null;
  }

  private static Template template(Pipeline p, String[] around) {
    List<Part> before = part(p, around[0]);
    List<Part> after = part(p, around[1]);
    List<Part> single = new ArrayList<>(before);
    single.add(Part.first(0));
    single.addAll(after);
    List<Part> pair = new ArrayList<>(single);
    pair.add(Part.second(0));
    pair.addAll(after);
    return new Template(single, pair);
  }

  private static List<Part> part(Pipeline p, String token) {
    if (token.isEmpty()) {
      return List.of();
    }
    int id = p.id(token);
    if (id < 0) {
      throw new IllegalArgumentException("the vocabulary lacks the special token " + token);
    }
    return List.of(Part.tokens(List.of(id), 0));
  }
}
