package org.keras4j.text.internal.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.decoder.Decoders;
import org.keras4j.text.internal.model.Bpe;
import org.keras4j.text.internal.model.Vocabulary;
import org.keras4j.text.internal.model.WordPiece;
import org.keras4j.text.internal.normalizer.BertNormalizer;
import org.keras4j.text.internal.pipeline.AddedTokens;
import org.keras4j.text.internal.pipeline.Pipeline;
import org.keras4j.text.internal.pipeline.Pipeline.Trim;
import org.keras4j.text.internal.pipeline.Template;
import org.keras4j.text.internal.pipeline.Template.Part;
import org.keras4j.text.internal.splitter.BertWords;
import org.keras4j.text.internal.splitter.ByteLevel;
import org.keras4j.text.internal.stage.Splitter;

/** Tokenizers of plain lists of tokens: BERT's {@code vocab.txt}, GPT-2's {@code vocab.json} and {@code merges.txt}. */
final class VocabularyFiles {
  private static final Set<String> BERT_SPECIAL =
      Set.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private VocabularyFiles() {}

  /** BERT's tokenizer, with [CLS] and [SEP] around texts where the vocabulary has them. */
  static Pipeline bert(List<String> tokens, boolean lowercase, boolean stripAccents) {
    Vocabulary v = Vocabulary.of(tokens);
    BertNormalizer normalizer = new BertNormalizer(true, true, stripAccents, lowercase);
    int cls = v.id("[CLS]");
    int sep = v.id("[SEP]");
    Template template = Template.NONE;
    if (cls >= 0 && sep >= 0) {
      Part begin = Part.tokens(List.of(cls), 0);
      Part end = Part.tokens(List.of(sep), 0);
      template = new Template(
          List.of(begin, Part.first(0), end),
          List.of(begin, Part.first(0), end, Part.second(1), Part.tokens(List.of(sep), 1)));
    }
    return new Pipeline(
        new AddedTokens(special(v, BERT_SPECIAL), normalizer),
        normalizer,
        new BertWords(),
        new WordPiece(v, "##", "[UNK]", 100),
        Trim.NO,
        template,
        Decoders.wordPiece("##", true));
  }

  /**
   * A byte-level BPE tokenizer.
   *
   * @param vocab tokens and their numbers
   * @param lines the lines of the file of merges, of which a first one "#version" is passed over
   * @param words what splits texts into words
   * @param further special tokens; those that the vocabulary lacks get the numbers after it
   */
  static Pipeline bytePair(
      JsonNode vocab,
      List<String> lines,
      @Nullable Splitter words,
      Set<String> further,
      Template template) {
    Map<String, Integer> ids = new HashMap<>(vocab.size() * 2);
    for (Map.Entry<String, JsonNode> e : vocab.properties()) {
      if (!e.getValue().canConvertToInt()) {
        throw new IllegalArgumentException(
            "vocabulary: the number of '" + e.getKey() + "' is " + e.getValue());
      }
      ids.put(e.getKey(), e.getValue().intValue());
    }
    Vocabulary v = new Vocabulary(ids);
    List<String[]> pairs = new ArrayList<>(lines.size());
    for (String line : lines) {
      if (!line.startsWith("#version") && !line.isEmpty()) {
        pairs.add(Models.pair(line));
      }
    }
    Set<String> special = new LinkedHashSet<>(further);
    for (String t : ids.keySet()) {
      if (t.length() > 4 && t.startsWith("<|") && t.endsWith("|>")) {
        special.add(t);
      }
    }
    ByteLevel bytes = new ByteLevel(false, words == null);
    Splitter splitter = words == null ? bytes : pieces -> bytes.split(words.split(pieces));
    return new Pipeline(
        new AddedTokens(special(v, special), null),
        null,
        splitter,
        new Bpe(
            v,
            Models.merges(v, pairs, "", "merges"),
            new Bpe.Settings(null, "", "", false, false, false, null)),
        Trim.NO,
        template,
        Decoders.byteLevel());
  }

  private static List<AddedTokens.Token> special(Vocabulary v, Set<String> tokens) {
    List<AddedTokens.Token> out = new ArrayList<>();
    int next = v.size();
    for (String t : tokens) {
      int id = v.id(t);
      if (id >= 0 || !tokens.equals(BERT_SPECIAL)) {
        out.add(new AddedTokens.Token(id >= 0 ? id : next++, t, false, false, false, false, true));
      }
    }
    return out;
  }
}
