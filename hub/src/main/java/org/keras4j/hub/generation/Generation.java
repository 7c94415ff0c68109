package org.keras4j.hub.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a language model continues a text. By default it takes the likeliest token each time, and stops after 256, or where the
 * model says that the text ends.
 *
 * <pre>{@code
 * Generation.maxNewTokens(100).temperature(0.8).topP(0.95).seed(1).stop("\n\n");
 * }</pre>
 *
 * <p>Tokens are drawn with the probabilities {@code softmax(logits / temperature)}, of which first those beyond the {@code topK}
 * likeliest are left out, then those behind the likeliest that together reach {@code topP}, then those less likely than {@code
 * minP} times the likeliest. Equally likely tokens at such a limit all stay. The same seed gives the same tokens on
 * all backends, and in batches of any size.
 */
public final class Generation {
  int maxNewTokens = 256;

  @Nullable
  Double temperature;

  int topK;
  double topP = 1;
  double minP;

  @Nullable
  Long seed;

  List<String> stop = List.of();
  int[] stopTokens = {};

  @Nullable
  CausalLM assistant;

  int numAssistantTokens = 4;
  int numBeams = 1;
  double lengthPenalty = 1;
  int contrastiveTokens;
  double contrastivePenalty;

  private Generation() {}

  /** The likeliest token each time, 256 at most. */
  public static Generation defaults() {
    return new Generation();
  }

  /**
   * At most so many tokens.
   *
   * @param value the number, 1 or more; 256 by default
   * @return options
   * @throws IllegalArgumentException if it is less
   */
  public static Generation maxNewTokens(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("maxNewTokens: expected 1 or more, got " + value);
    }
    Generation g = new Generation();
    g.maxNewTokens = value;
    return g;
  }

  /**
   * Draws tokens instead of taking the likeliest.
   *
   * @param value what logits are divided by: below 1 likely tokens become more likely; 0 takes the likeliest
   * @return these options
   * @throws IllegalArgumentException if it is below 0
   */
  public Generation temperature(double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException("temperature: expected 0 or more, got " + value);
    }
    temperature = value;
    return this;
  }

  /**
   * Draws only from so many of the likeliest tokens.
   *
   * @param value their number; 0 (the default) for all
   * @return these options
   * @throws IllegalArgumentException if it is below 0
   */
  public Generation topK(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("topK: expected 0 or more, got " + value);
    }
    topK = value;
    return this;
  }

  /**
   * Draws only from the likeliest tokens that together reach this probability (Holtzman et al. 2020, arXiv:1904.09751).
   *
   * @param value above 0, to 1 (the default), which is all
   * @return these options
   * @throws IllegalArgumentException if it is not
   */
  public Generation topP(double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException("topP: expected above 0, to 1, got " + value);
    }
    topP = value;
    return this;
  }

  /**
   * Draws only from tokens at least so likely, against the likeliest one (Nguyen et al. 2024, arXiv:2407.01082).
   *
   * @param value from 0 (the default), which is all, to 1
   * @return these options
   * @throws IllegalArgumentException if it is not
   */
  public Generation minP(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("minP: expected 0 to 1, got " + value);
    }
    minP = value;
    return this;
  }

  /**
   * What the drawing depends on.
   *
   * @param value any number; a random one by default. The text at place {@code i} of a batch is drawn with {@code seed + i}
   * @return these options
   */
  public Generation seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Texts that end the generation; they are not part of the result.
   *
   * @param texts none of them empty
   * @return these options
   * @throws IllegalArgumentException if one is empty
   */
  public Generation stop(String... texts) {
    for (String t : texts) {
      if (t.isEmpty()) {
        throw new IllegalArgumentException("stop: expected texts that are not empty");
      }
    }
    stop = List.of(texts);
    return this;
  }

  /**
   * Tokens that end the generation, besides the model's own; they are not part of the result.
   *
   * @param tokens their numbers
   * @return these options
   */
  public Generation stopTokens(int... tokens) {
    stopTokens = tokens.clone();
    return this;
  }

  /**
   * A smaller model that guesses tokens, which the large one looks at several at a time (Leviathan et al. 2023,
   * arXiv:2211.17192). The result stays what it is without.
   *
   * @param model of the same tokens
   * @param tokens how many it guesses at a time, 1 or more
   * @return these options
   * @throws IllegalArgumentException if it guesses none
   */
  public Generation assistant(CausalLM model, int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("assistant: expected 1 token or more, got " + tokens);
    }
    assistant = model;
    numAssistantTokens = tokens;
    return this;
  }

  /**
   * Follows several continuations at once and gives the one that is likeliest as a whole (beam search). It does not go together
   * with drawing, nor with an assistant.
   *
   * @param number how many, 1 (the default) or more
   * @return these options
   * @throws IllegalArgumentException if it is less
   */
  public Generation numBeams(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("numBeams: expected 1 or more, got " + number);
    }
    numBeams = number;
    return this;
  }

  /**
   * The power of its length that the logarithm of a continuation's probability is divided by, where several are followed.
   *
   * @param value 1 by default; above it longer ones win more often
   * @return these options
   */
  public Generation lengthPenalty(double value) {
    lengthPenalty = value;
    return this;
  }

  /**
   * Takes, of the likeliest tokens, the one that is likely and unlike what came before, which keeps a text from repeating itself without
   * chance (contrastive search; Su et al. 2022, arXiv:2202.06417): the one with the largest {@code (1 - alpha) * probability -
   * alpha * likeness}, where likeness is the largest cosine between its vector, as the network gives it, and that of a token
   * before. It does not go together with drawing, several beams or an assistant.
   *
   * @param number how many of the likeliest tokens, 2 or more; 4 or 5 mostly
   * @param alpha how much likeness counts, from 0, which takes the likeliest, to 1; 0.6 mostly
   * @return these options
   * @throws IllegalArgumentException if a number is out of its bounds
   */
  public Generation contrastive(int number, double alpha) {
    if (number < 2 || !(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          "contrastive: expected 2 tokens or more and a penalty from 0 to 1, got " + number
              + " and " + alpha);
    }
    contrastiveTokens = number;
    contrastivePenalty = alpha;
    return this;
  }

  /** Whether texts are continued one by one, and not together. */
  boolean alone() {
    if (contrastiveTokens > 0 && (numBeams > 1 || assistant != null || draws())) {
      throw new IllegalArgumentException("Generation: a contrastive search goes together neither"
          + " with drawing nor with several beams nor with an assistant");
    }
    if (numBeams > 1 && (assistant != null || draws())) {
      throw new IllegalArgumentException(
          "Generation: several beams go together neither with drawing nor with an assistant");
    }
    return assistant != null || numBeams > 1 || contrastiveTokens > 0;
  }

  /** Whether tokens are drawn: a temperature above 0, or a limit without a temperature. */
  boolean draws() {
    return temperature == null ? topK > 0 || topP < 1 || minP > 0 : temperature > 0;
  }
}
