package org.keras4j.hub.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.hub.decoder.KeyValueCache;

/**
 * One text that is continued by two networks: a small one guesses the next tokens, the large one chooses its own after each of
 * them in one step, and those are taken as far as the guesses were right, and one more. Both draw with the same random numbers,
 * which depend on the place in the text alone, so the result is that of the large one without the other.
 */
final class SpeculativeDecoding implements Decoding {
  private final DecodingSteps large;
  private final DecodingSteps small;
  private final Continuation text;
  private final long seed;
  private final int guesses;
  private final KeyValueCache largeCache;
  private final KeyValueCache smallCache;
  private int[] all;
  private int count;

  SpeculativeDecoding(
      DecodingSteps large, DecodingSteps small, Continuation text, long seed, int guesses) {
    if (large.backbone().vocabularySize() != small.backbone().vocabularySize()) {
      throw new IllegalArgumentException("assistant: expected a model of the same "
          + large.backbone().vocabularySize() + " tokens, got one of "
          + small.backbone().vocabularySize());
    }
    this.large = large;
    this.small = small;
    this.text = text;
    this.seed = seed;
    this.guesses = guesses;
    this.all = Arrays.copyOf(text.prompt(), text.prompt().length + 64);
    this.count = text.prompt().length;
    this.largeCache = cache(large);
    this.smallCache = cache(small);
  }

  private KeyValueCache cache(DecodingSteps steps) {
    Integer most = steps.backbone().maxLength();
    steps.follow();
    int need = Math.max(text.longest() + guesses + 1, Decoding.bucket(count, most));
    return KeyValueCache.of(steps.backbone(), 1, Decoding.lengthFor(need, most));
  }

  @Override
  public boolean isEnded() {
    return text.isEnded();
  }

  @Override
  public List<String> next() {
    int known = largeCache.lengthOf(0);
    if (known == 0) {
      int[] first = read(large, largeCache, count, false);
      return List.of(taken(first, 1));
    }
    int room = Math.min(largeCache.length(), smallCache.length()) - count - 1;
    int n = Math.max(0, Math.min(guesses, room));
    int[] fed = Arrays.copyOf(all, count + n);
    for (int i = 0; i < n; i++) {
      // what the small one has not read yet, then its own guesses
      int[] guess = read(small, smallCache, fed, count + i, i);
      fed[count + i] = guess[guess.length - 1];
    }
    int[] chosen = read(large, largeCache, fed, count + n, 0, true);
    int right = 0;
    while (right < n && chosen[right] == fed[count + right]) {
      right++;
    }
    int before = count;
    String out = taken(chosen, right + 1);
    // of the guesses that were wrong nothing stays
    largeCache.setLengthOf(0, before + right);
    smallCache.setLengthOf(0, Math.min(smallCache.lengthOf(0), before + right));
    return List.of(out);
  }

  private String taken(int[] tokens, int n) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < n && !text.isEnded(); i++) {
      out.append(text.add(tokens[i]));
      if (count == all.length) {
        all = Arrays.copyOf(all, 2 * count);
      }
      all[count++] = tokens[i];
    }
    return out.toString();
  }

  private int[] read(DecodingSteps steps, KeyValueCache cache, int end, boolean everywhere) {
    return read(steps, cache, all, end, 0, everywhere);
  }

  private int[] read(DecodingSteps steps, KeyValueCache cache, int[] tokens, int end, int ahead) {
    return read(steps, cache, tokens, end, ahead, false);
  }

  // the tokens behind those in the cache, up to an end; the next one, or those after each
  private int[] read(
      DecodingSteps steps,
      KeyValueCache cache,
      int[] tokens,
      int end,
      int ahead,
      boolean everywhere) {
    int from = cache.lengthOf(0);
    int n = end - from;
    Integer most = steps.backbone().maxLength();
    int width = everywhere || n == 1 ? n : from == 0 ? Decoding.bucket(n, most) : guesses + 1;
    if (!everywhere && from > 0 && (width < n || from + width > cache.length())) {
      width = n;
    }
    List<TokenSampler.Row> rows = new ArrayList<>();
    if (everywhere) {
      for (int i = 0; i < n; i++) {
        rows.add(text.row(seed, i));
      }
    } else {
      rows.add(text.row(seed, ahead));
    }
    int[] padded = Arrays.copyOf(Arrays.copyOfRange(tokens, from, end), width);
    int[] out = steps.run(
        cache, new int[][] {padded}, new int[] {n}, TokenSampler.arguments(rows), everywhere);
    cache.setLengthOf(0, end);
    return out;
  }

  @Override
  public void close() {
    largeCache.close();
    smallCache.close();
  }
}
