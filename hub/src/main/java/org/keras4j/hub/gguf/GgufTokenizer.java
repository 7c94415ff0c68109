package org.keras4j.hub.gguf;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.Tokenizer;

/**
 * The tokenizer that a file of llama.cpp holds: byte-level BPE as of GPT-2, Llama 3 and Qwen, or SentencePiece BPE as of Llama 2,
 * Mistral and Gemma.
 */
public final class GgufTokenizer {
  private static final String WORDS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r"
      + "\\n"
      + "\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s| ?[^\\s\\p{L}\\p{N}]+[\\r"
      + "\\n"
      + "]*|\\s*[\\r"
      + "\\n"
      + "]+|\\s+(?!\\S)|\\s+";
  private static final int CONTROL = 3;
  private static final int USER = 4;

  private final Gguf file;

  private GgufTokenizer(Gguf file) {
    this.file = file;
  }

  /**
   * Makes the tokenizer.
   *
   * @param file with settings {@code tokenizer.ggml}
   * @return the tokenizer; null if the file has none
   * @throws IOException if there is no room for files that are needed between
   * @throws IllegalArgumentException if it is of a kind that is not known here
   */
  public static @Nullable Tokenizer of(Gguf file) throws IOException {
    return file.settings().containsKey("tokenizer.ggml.model")
        ? new GgufTokenizer(file).read()
        : null;
  }

  private @Nullable Object get(String name) {
    return file.settings().get("tokenizer.ggml." + name);
  }

  private List<?> list(String name, int size) {
    if (get(name) instanceof List<?> l && (size < 0 || l.size() == size)) {
      return l;
    }
    throw new IllegalArgumentException(
        file + ": 'tokenizer.ggml." + name + "' expects a list" + (size < 0 ? "" : " of " + size));
  }

  private Tokenizer read() throws IOException {
    String model = String.valueOf(get("model"));
    List<?> tokens = list("tokens", -1);
    boolean pieces = model.equals("llama");
    if (!pieces && !model.equals("gpt2")) {
      throw new IllegalArgumentException(
          file + ": 'tokenizer.ggml.model' expects gpt2 or llama, got " + model);
    }
    Path temp = Files.createTempFile("keras4j", pieces ? ".model" : ".json");
    Tokenizer out;
    try {
      Files.write(temp, pieces ? sentencePiece(tokens) : json(tokens));
      out = Tokenizer.load(temp);
    } finally {
      Files.delete(temp);
    }
    String before = around("add_bos_token", "bos_token_id", tokens, pieces);
    String after = around("add_eos_token", "eos_token_id", tokens, false);
    String first = (before + " $A " + after).trim();
    return out.specialTokens(first, first + " " + (before + " $B " + after).trim());
  }

  private String around(String flag, String id, List<?> tokens, boolean otherwise) {
    Object given = get(flag);
    boolean add = given instanceof Boolean b ? b : otherwise;
    return add && get(id) instanceof Long l && l >= 0 && l < tokens.size()
        ? String.valueOf(tokens.get(l.intValue()))
        : "";
  }

  private int type(List<?> types, int i) {
    return types.isEmpty() || !(types.get(i) instanceof Long l) ? 1 : l.intValue();
  }

  private List<?> types(int size) {
    return get("token_type") == null ? List.of() : list("token_type", size);
  }

  private byte[] json(List<?> tokens) throws IOException {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    List<Map<String, Object>> added = new ArrayList<>();
    List<?> types = types(tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      String token = String.valueOf(tokens.get(i));
      int type = type(types, i);
      if (type == CONTROL || type == USER) {
        added.add(Map.of(
            "id", i,
            "content", token,
            "special", type == CONTROL,
            "single_word", false,
            "lstrip", false,
            "rstrip", false,
            "normalized", false));
      } else {
        vocabulary.put(token, i);
      }
    }
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("vocab", vocabulary);
    model.put("merges", list("merges", -1));
    model.put("ignore_merges", "llama-bpe".equals(get("pre")));
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put("version", "1.0");
    whole.put("added_tokens", added);
    whole.put("pre_tokenizer", splitter());
    whole.put(
        "decoder",
        Map.of(
            "type",
            "ByteLevel",
            "add_prefix_space",
            false,
            "trim_offsets",
            false,
            "use_regex",
            false));
    whole.put("model", model);
    return new ObjectMapper().writeValueAsBytes(whole);
  }

  private Map<String, Object> splitter() {
    Object pre = get("pre");
    String kind = pre == null ? "default" : String.valueOf(pre);
    String digits = switch (kind) {
      case "llama-bpe", "llama3", "llama-v3" -> "{1,3}";
      case "qwen2" -> "";
      case "gpt-2", "default" -> null;
      default ->
        throw new IllegalArgumentException(file
            + ": 'tokenizer.ggml.pre' expects llama-bpe, qwen2, gpt-2 or default, got " + kind);
    };
    Map<String, Object> bytes = Map.of(
        "type",
        "ByteLevel",
        "add_prefix_space",
        false,
        "trim_offsets",
        false,
        "use_regex",
        digits == null);
    if (digits == null) {
      return bytes;
    }
    Map<String, Object> split = Map.of(
        "type",
        "Split",
        "pattern",
        Map.of("Regex", WORDS.formatted(digits)),
        "behavior",
        "Isolated",
        "invert",
        false);
    return Map.of("type", "Sequence", "pretokenizers", List.of(split, bytes));
  }

  // the message ModelProto of SentencePiece
  private byte[] sentencePiece(List<?> tokens) throws IOException {
    List<?> scores = list("scores", tokens.size());
    List<?> types = types(tokens.size());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean fallback = false;
    for (int i = 0; i < tokens.size(); i++) {
      ByteArrayOutputStream piece = new ByteArrayOutputStream();
      bytes(piece, 1, String.valueOf(tokens.get(i)).getBytes(StandardCharsets.UTF_8));
      piece.write(2 << 3 | 5);
      float score = ((Number) scores.get(i)).floatValue();
      piece.write(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(score).array());
      int type = type(types, i);
      fallback |= type == 6;
      number(piece, 3, type);
      bytes(out, 1, piece.toByteArray());
    }
    ByteArrayOutputStream trainer = new ByteArrayOutputStream();
    number(trainer, 3, 2); // BPE
    number(trainer, 35, fallback ? 1 : 0);
    bytes(out, 2, trainer.toByteArray());
    ByteArrayOutputStream normalizer = new ByteArrayOutputStream();
    bytes(normalizer, 1, "identity".getBytes(StandardCharsets.UTF_8));
    number(normalizer, 3, get("add_space_prefix") instanceof Boolean b && !b ? 0 : 1);
    number(normalizer, 4, 0);
    number(normalizer, 5, 1);
    bytes(out, 3, normalizer.toByteArray());
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int field, int value) {
    varint(out, field << 3);
    varint(out, value);
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] value) throws IOException {
    varint(out, field << 3 | 2);
    varint(out, value.length);
    out.write(value);
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 127) {
      out.write(rest & 127 | 128);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
