package org.keras4j.hub.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.keras4j.hub.decoder.KeyValueCache;

/** Several texts that are continued together, a token each at a time. */
final class BatchDecoding implements Decoding {
  private final DecodingSteps steps;
  private final List<Continuation> texts;
  private final long seed;
  private final KeyValueCache cache;
  private boolean begun;

  BatchDecoding(DecodingSteps steps, List<Continuation> texts, long seed) {
    this.steps = steps;
    this.texts = texts;
    this.seed = seed;
    int longest = texts.stream().mapToInt(Continuation::longest).max().orElse(1);
    Integer most = steps.backbone().maxLength();
    steps.follow();
    this.cache = KeyValueCache.of(
        steps.backbone(),
        texts.size(),
        Decoding.lengthFor(Math.max(longest, Decoding.bucket(longestPrompt(), most)), most));
  }

  private int longestPrompt() {
    return texts.stream().mapToInt(t -> t.prompt().length).max().orElse(1);
  }

  @Override
  public boolean isEnded() {
    return texts.stream().allMatch(Continuation::isEnded);
  }

  @Override
  public List<String> next() {
    int n = texts.size();
    int time = begun ? 1 : Decoding.bucket(longestPrompt(), steps.backbone().maxLength());
    int[][] tokens = new int[n][];
    int[] counts = new int[n];
    List<TokenSampler.Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Continuation t = texts.get(i);
      tokens[i] = begun ? new int[] {t.last()} : Arrays.copyOf(t.prompt(), time);
      counts[i] = begun ? 1 : t.prompt().length;
      rows.add(t.row(seed + i, 0));
    }
    Map<String, Object> choice = TokenSampler.arguments(rows);
    int[] next = steps.run(cache, tokens, counts, choice, false);
    List<String> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Continuation t = texts.get(i);
      if (t.isEnded()) {
        out.add("");
        continue;
      }
      cache.setLengthOf(i, cache.lengthOf(i) + counts[i]);
      out.add(t.add(next[i]));
    }
    begun = true;
    return out;
  }

  @Override
  public void close() {
    cache.close();
  }
}
