package org.keras4j.text.internal.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.stage.Decoder;
import org.keras4j.text.internal.stage.Model;
import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Pieces;
import org.keras4j.text.internal.stage.Splitter;
import org.keras4j.text.internal.stage.Text;
import org.keras4j.text.internal.stage.Tokens;

/**
 * The stages of a tokenizer, one after the other. Threads may share one.
 *
 * @param added tokens that are found first
 * @param normalizer what is done to the text between them, or null
 * @param splitter how it is split, or null for not at all
 * @param model what makes tokens of the pieces
 * @param trim whether and how white space is left out of tokens' places
 * @param template which tokens are put around texts
 * @param decoder how tokens become text again, or null for tokens with spaces between
 */
public record Pipeline(
    AddedTokens added,
    @Nullable Normalizer normalizer,
    @Nullable Splitter splitter,
    Model model,
    Trim trim,
    Template template,
    @Nullable Decoder decoder) {

  /** What becomes of white space at the ends of tokens of GPT-2's kind. */
  public enum Trim {
    /** It belongs to the place of the token. */
    NO,
    /** It is left out. */
    YES,
    /** It is left out, but for a space at the beginning of the text, which was put there. */
    BUT_PREFIX
  }

  /** The same with other tokens around texts. */
  public Pipeline with(Template other) {
    return new Pipeline(added, normalizer, splitter, model, trim, other, decoder);
  }

  /** The tokens of a text, without any around it. */
  public Tokens tokenize(String s) {
    Tokens out = new Tokens();
    Text given = Text.of(s, 0, s.length());
    added.inGiven(given, new AddedTokens.Sink() {
      @Override
      public void text(int start, int end) {
        Text part = given;
        if (start > 0 || end < given.length()) {
          part = new Text(end - start);
          part.copy(given, start, end);
        }
        normalized(normalizer == null ? part : normalizer.normalize(part), out);
      }

      @Override
      public void token(int id, int start, int end) {
        addToken(given, id, start, end, out);
      }
    });
    return out;
  }

  private void normalized(Text text, Tokens out) {
    added.inNormalized(text, new AddedTokens.Sink() {
      @Override
      public void text(int start, int end) {
        Pieces pieces = Pieces.of(text, start, end);
        if (splitter != null) {
          pieces = splitter.split(pieces);
        }
        for (int i = 0; i < pieces.count(); i++) {
          model.tokenize(pieces.text(), pieces.start(i), pieces.end(i), out);
          out.nextWord();
        }
      }

      @Override
      public void token(int id, int start, int end) {
        addToken(text, id, start, end, out);
      }
    });
  }

  /** A token that swallowed white space has the place of as many bytes as it is long itself. */
  private void addToken(Text text, int id, int start, int end, Tokens out) {
    String content = added.token(id);
    int left = content == null ? 0 : content.getBytes(StandardCharsets.UTF_8).length;
    int last = start;
    for (int i = start; i < end && left > 0; ) {
      int c = text.codePointAt(i);
      left -= c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      last = i;
      i += Character.charCount(c);
    }
    out.add(id, text.from(start), text.to(last));
    out.nextWord();
  }

  /** The number of a token, or -1. */
  public int id(String token) {
    int id = added.id(token);
    return id >= 0 ? id : model.id(token);
  }

  /** The token of a number, or null. */
  public @Nullable String token(int id) {
    String t = added.token(id);
    return t != null ? t : model.token(id);
  }

  /**
   * The text of tokens.
   *
   * @param ids numbers of tokens; those that no token has are left out
   * @param skipSpecial whether special tokens are left out
   */
  public String decode(int[] ids, boolean skipSpecial) {
    List<String> tokens = new ArrayList<>(ids.length);
    for (int id : ids) {
      String t = skipSpecial && added.isSpecial(id) ? null : token(id);
      if (t != null) {
        tokens.add(t);
      }
    }
    return decoder == null ? String.join(" ", tokens) : String.join("", decoder.decode(tokens));
  }
}
