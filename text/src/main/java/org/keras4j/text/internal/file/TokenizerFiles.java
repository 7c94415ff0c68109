package org.keras4j.text.internal.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.keras4j.text.internal.pipeline.Template;
import org.keras4j.text.internal.splitter.WordPattern;

/** Finds out what a file or folder holds, and has it read. */
public final class TokenizerFiles {
  /** No vocabulary in use comes near this size; what is larger is refused before it is read. */
  private static final long LARGEST = 256L << 20;

  private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(100).build())
          .build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final List<String> SENTENCE_PIECE = List.of(
      "tokenizer.model",
      "spiece.model",
      "sentencepiece.bpe.model",
      "spm.model",
      "vocabulary.spm",
      "assets/tokenizer/vocabulary.spm");

  private TokenizerFiles() {}

  /**
   * Reads a tokenizer.
   *
   * @param path a file, or a folder with one of the files that hold tokenizers
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it holds no tokenizer, or one of an unknown kind
   */
  public static Loaded read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    String name = String.valueOf(path.getFileName());
    Path parent = path.toAbsolutePath().getParent();
    Path folder = parent == null ? path.toAbsolutePath() : parent;
    if (name.endsWith(".model") || name.endsWith(".spm")) {
      return SentencePieceFile.read(bytes(path));
    }
    if (name.endsWith(".txt")) {
      return bert(path, folder);
    }
    JsonNode root = json(path);
    if (TokenizerJson.is(root)) {
      return TokenizerJson.read(root, name);
    }
    if (KerasPreset.is(root)) {
      return KerasPreset.read(root, folder);
    }
    Path merges = folder.resolve("merges.txt");
    if (Files.exists(merges)) {
      return bytePair(root, merges, folder);
    }
    throw new IllegalArgumentException(path
        + ": neither a tokenizer.json of Hugging Face or KerasHub, nor a vocabulary with"
        + " merges.txt beside it");
  }

  private static Loaded folder(Path folder) throws IOException {
    for (String name : List.of("tokenizer.json", "vocab.txt", "vocabulary.txt")) {
      if (Files.exists(folder.resolve(name))) {
        return read(folder.resolve(name));
      }
    }
    for (String name : SENTENCE_PIECE) {
      if (Files.exists(folder.resolve(name))) {
        return read(folder.resolve(name));
      }
    }
    for (String name : List.of("vocab.json", "vocabulary.json")) {
      if (Files.exists(folder.resolve(name))) {
        return read(folder.resolve(name));
      }
    }
    throw new NoSuchFileException(
        folder.toString(),
        null,
        "no tokenizer.json, vocab.txt, SentencePiece model or vocab.json in this folder");
  }

  private static Loaded bert(Path vocabulary, Path folder) throws IOException {
    JsonNode config = config(folder);
    boolean lower = config.path("do_lower_case").asBoolean(true);
    JsonNode strip = config.path("strip_accents");
    return Loaded.of(VocabularyFiles.bert(
        lines(vocabulary), lower, strip.isBoolean() ? strip.booleanValue() : lower));
  }

  private static Loaded bytePair(JsonNode vocab, Path merges, Path folder) throws IOException {
    JsonNode config = config(folder);
    if (config.path("add_prefix_space").asBoolean(false)) {
      throw new IllegalArgumentException(folder
          + ": add_prefix_space needs a tokenizer.json, vocab.json and merges.txt alone do not"
          + " tell all");
    }
    String name = config.path("tokenizer_class").asText("");
    boolean qwen = name.startsWith("Qwen2");
    Set<String> special = new LinkedHashSet<>();
    config.path("additional_special_tokens").forEach(t -> special.add(t.asText()));
    return Loaded.of(VocabularyFiles.bytePair(
        vocab, lines(merges), qwen ? WordPattern.QWEN : null, special, Template.NONE));
  }

  private static JsonNode config(Path folder) throws IOException {
    Path file = folder.resolve("tokenizer_config.json");
    return Files.exists(file) ? json(file) : JSON.createObjectNode();
  }

  static JsonNode json(Path file) throws IOException {
    return JSON.readTree(bytes(file));
  }

  static List<String> lines(Path file) throws IOException {
    String text = new String(bytes(file), StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>(List.of(text.split("\r?\n", -1)));
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }

  static byte[] bytes(Path file) throws IOException {
    long size = Files.size(file);
    if (size > LARGEST) {
      throw new IllegalArgumentException(file + ": " + size + " bytes, more than the " + LARGEST
          + " that are read of a tokenizer");
    }
    return Files.readAllBytes(file);
  }
}
