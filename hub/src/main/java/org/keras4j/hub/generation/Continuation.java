package org.keras4j.hub.generation;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.hub.generation.Generated.End;
import org.keras4j.text.Tokenizer;

/** One text that is being continued: what came so far, and whether it has ended. */
final class Continuation {
  private final int[] prompt;
  private final Generation options;
  private final Set<Integer> ends;
  private final StoppingText text;
  private final int most;
  private int[] tokens = new int[16];
  private int count;
  private @Nullable End end;

  /**
   * A text to be continued.
   *
   * @param most the most tokens that the network takes, those given among them
   */
  Continuation(
      int[] prompt,
      Generation options,
      Set<Integer> ends,
      @Nullable Tokenizer tokenizer,
      int most) {
    if (prompt.length == 0 || prompt.length >= most) {
      throw new IllegalArgumentException(
          "Generation: expected a text of 1 to " + (most - 1) + " tokens, got " + prompt.length);
    }
    this.prompt = prompt;
    this.options = options;
    this.ends = ends;
    this.text = new StoppingText(tokenizer, options.stop, prompt);
    this.most = Math.min(options.maxNewTokens, most - prompt.length);
  }

  int[] prompt() {
    return prompt;
  }

  boolean isEnded() {
    return end != null;
  }

  /** Whether a token ends the text. */
  boolean isEnd(int token) {
    return ends.contains(token) || Arrays.stream(options.stopTokens).anyMatch(t -> t == token);
  }

  /** How many tokens there are that end it. */
  int numEnds() {
    return ends.size() + options.stopTokens.length;
  }

  /** How many tokens the whole can have. */
  int longest() {
    return prompt.length + most;
  }

  /** How many tokens may follow yet. */
  int left() {
    return most - count;
  }

  /** How the next token is chosen. */
  TokenSampler.Row row(long seed, int ahead) {
    return new TokenSampler.Row(options, seed, prompt.length + count + ahead);
  }

  /** The last token, of those that were given if there is no other. */
  int last() {
    return count == 0 ? prompt[prompt.length - 1] : tokens[count - 1];
  }

  /** Takes the next token; gives the text that is certain by it. */
  String add(int token) {
    if (isEnd(token)) {
      end = End.TOKEN;
      return text.finish();
    }
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
    }
    tokens[count++] = token;
    String fresh = text.add(token);
    if (text.isStopped()) {
      end = End.TEXT;
    } else if (count == most) {
      end = End.LENGTH;
      fresh += text.finish();
      end = text.isStopped() ? End.TEXT : end;
    }
    return fresh;
  }

  Generated result() {
    return new Generated(
        text.text(), Arrays.copyOf(tokens, count), prompt.length, end == null ? End.LENGTH : end);
  }
}
