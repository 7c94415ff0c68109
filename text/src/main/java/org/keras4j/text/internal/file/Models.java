package org.keras4j.text.internal.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.keras4j.text.internal.model.Bpe;
import org.keras4j.text.internal.model.Merges;
import org.keras4j.text.internal.model.Unigram;
import org.keras4j.text.internal.model.Vocabulary;
import org.keras4j.text.internal.model.WordLevel;
import org.keras4j.text.internal.model.WordPiece;
import org.keras4j.text.internal.stage.Model;

/** The models of {@code tokenizer.json}. */
final class Models {
  private Models() {}

  static Model read(Component c) {
    return switch (c.type().isEmpty() ? guess(c) : c.type()) {
      case "WordPiece" ->
        c.done(new WordPiece(
            vocabulary(c),
            c.string("continuing_subword_prefix"),
            c.string("unk_token"),
            c.number("max_input_chars_per_word", 100)));
      case "WordLevel" -> c.done(new WordLevel(vocabulary(c), c.string("unk_token")));
      case "BPE" -> bpe(c);
      case "Unigram" -> unigram(c);
      default -> throw c.unknownType("a model");
    };
  }

  /** Old files do not name the type of their model. */
  private static String guess(Component c) {
    if (c.has("merges")) {
      return "BPE";
    }
    if (c.has("continuing_subword_prefix")) {
      return "WordPiece";
    }
    return c.has("unk_id") || c.raw("vocab").isArray() ? "Unigram" : "WordLevel";
  }

  private static Vocabulary vocabulary(Component c) {
    JsonNode vocab = c.raw("vocab");
    if (!vocab.isObject()) {
      throw c.wrong("vocab", "an object of tokens and numbers", vocab);
    }
    Map<String, Integer> ids = new HashMap<>(vocab.size() * 2);
    for (Map.Entry<String, JsonNode> e : vocab.properties()) {
      if (!e.getValue().canConvertToInt()) {
        throw c.wrong("vocab." + e.getKey(), "an integer", e.getValue());
      }
      ids.put(e.getKey(), e.getValue().intValue());
    }
    return new Vocabulary(ids);
  }

  private static Model bpe(Component c) {
    JsonNode dropout = c.raw("dropout");
    if (dropout.asDouble(0) != 0) {
      throw new IllegalArgumentException(c.where() + ": dropout is " + dropout
          + "; tokens that depend on chance are not supported");
    }
    Vocabulary vocabulary = vocabulary(c);
    String prefix = String.valueOf(c.string("continuing_subword_prefix", ""));
    Bpe.Settings settings = new Bpe.Settings(
        c.string("unk_token", null),
        prefix,
        String.valueOf(c.string("end_of_word_suffix", "")),
        c.flag("fuse_unk", false),
        c.flag("byte_fallback", false),
        c.flag("ignore_merges", false),
        null);
    JsonNode list = c.raw("merges");
    if (!list.isArray()) {
      throw c.wrong("merges", "a list", list);
    }
    List<String[]> pairs = new ArrayList<>(list.size());
    for (JsonNode m : list) {
      pairs.add(
          m.isArray() ? new String[] {m.path(0).asText(), m.path(1).asText()} : pair(m.asText()));
    }
    return c.done(new Bpe(vocabulary, merges(vocabulary, pairs, prefix, c.where()), settings));
  }

  /** The two tokens of a line of a file of merges. */
  static String[] pair(String line) {
    int space = line.indexOf(' ');
    if (space < 0 || line.indexOf(' ', space + 1) >= 0) {
      throw new IllegalArgumentException(
          "BPE: a merge is '" + line + "', expected two tokens with a space between");
    }
    return new String[] {line.substring(0, space), line.substring(space + 1)};
  }

  /** A table of merges in their order. */
  static Merges merges(Vocabulary v, List<String[]> pairs, String prefix, String where) {
    Merges merges = new Merges(pairs.size());
    int rank = 0;
    for (String[] p : pairs) {
      int left = v.id(p[0]);
      int right = v.id(p[1]);
      String joined = p[0] + (p[1].startsWith(prefix) ? p[1].substring(prefix.length()) : p[1]);
      int merged = v.id(joined);
      if (left < 0 || right < 0 || merged < 0) {
        String missing = left < 0 ? p[0] : right < 0 ? p[1] : joined;
        throw new IllegalArgumentException(where + ": the merge '" + p[0] + " " + p[1] + "' needs '"
            + missing + "', which is not in the vocabulary");
      }
      merges.put(left, right, rank++, merged);
    }
    return merges;
  }

  private static Model unigram(Component c) {
    JsonNode vocab = c.raw("vocab");
    if (!vocab.isArray()) {
      throw c.wrong("vocab", "a list of tokens and scores", vocab);
    }
    List<String> tokens = new ArrayList<>(vocab.size());
    double[] scores = new double[vocab.size()];
    for (JsonNode e : vocab) {
      if (e.size() != 2 || !e.path(0).isTextual() || !e.path(1).isNumber()) {
        throw c.wrong("vocab[" + tokens.size() + "]", "a token and a score", e);
      }
      scores[tokens.size()] = e.path(1).doubleValue();
      tokens.add(e.path(0).textValue());
    }
    return c.done(new Unigram(
        Vocabulary.of(tokens),
        scores,
        null,
        c.number("unk_id", -1),
        Unigram.unknownScore(DoubleStream.of(scores).min().orElse(0)),
        c.flag("byte_fallback", false),
        false));
  }
}
