package org.keras4j.text;

import java.util.Arrays;
import org.keras4j.text.internal.pipeline.Pipeline;

/**
 * Turns tokens into text as they come, one by one, as a language model writes them. Text is given out as soon as it is
 * certain: characters whose bytes are spread over several tokens come whole. What {@link #add} gave out, with what
 * {@link #finish} gives, is what {@link Tokenizer#decode(int[])} makes of all tokens at once. Not for several threads.
 *
 * <pre>{@code
 * Detokenizer out = tokenizer.detokenizer();
 * for (int token : tokens) {
 *   System.out.print(out.add(token));
 * }
 * System.out.print(out.finish());
 * }</pre>
 */
public final class Detokenizer {
  private static final char REPLACEMENT = '\uFFFD';

  private final Pipeline pipeline;
  private final boolean skipSpecial;
  /** Tokens whose text is given out, which decoders need before the ones that follow; then those that wait. */
  private int[] ids = new int[16];

  private int count;
  private int told;
  private String before = "";

  Detokenizer(Pipeline pipeline, boolean skipSpecial) {
    this.pipeline = pipeline;
    this.skipSpecial = skipSpecial;
  }

  /**
   * Takes a token.
   *
   * @param id its number
   * @return the text that is certain now, often "" where a character is not complete
   */
  public String add(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
    }
    ids[count++] = id;
    String text = pipeline.decode(Arrays.copyOf(ids, count), skipSpecial);
    boolean waits = text.isEmpty() || text.charAt(text.length() - 1) == REPLACEMENT;
    if (waits || !text.startsWith(before) || text.length() == before.length()) {
      return "";
    }
    String fresh = text.substring(before.length());
    String newest = pipeline.decode(Arrays.copyOfRange(ids, told, count), skipSpecial);
    if (!newest.isBlank() && text.endsWith(newest)) {
      // Of what was told, the newest tokens stay, for decoders look at what stands before a token.
      System.arraycopy(ids, told, ids, 0, count - told);
      count -= told;
      before = newest;
    } else {
      before = text;
    }
    told = count;
    return fresh;
  }

  /** Says that no token follows; gives out what waits, incomplete characters as U+FFFD. */
  public String finish() {
    String text = pipeline.decode(Arrays.copyOf(ids, count), skipSpecial);
    count = 0;
    told = 0;
    String fresh = text.startsWith(before) ? text.substring(before.length()) : "";
    before = "";
    return fresh;
  }
}
