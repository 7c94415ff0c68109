package org.keras4j.hub.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.hub.decoder.KeyValueCache;

/** Several texts that are continued together, a token each at a time. */
final class BatchDecoding implements Decoding {
  private final DecodingSteps steps;
  private final List<Continuation> texts;
  private final long seed;
  private final KeyValueCache cache;
  private @Nullable RunningSteps running;

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
    int[] next = running == null ? begin() : running.next(left());
    List<String> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Continuation t = texts.get(i);
      out.add(t.isEnded() ? "" : t.add(next[i]));
    }
    return out;
  }

  // reads the texts that were given
  private int[] begin() {
    int n = texts.size();
    int time = Decoding.bucket(longestPrompt(), steps.backbone().maxLength());
    int[][] tokens = new int[n][];
    int[] counts = new int[n];
    List<TokenSampler.Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Continuation t = texts.get(i);
      tokens[i] = Arrays.copyOf(t.prompt(), time);
      counts[i] = t.prompt().length;
      rows.add(t.row(seed + i, 0));
    }
    Map<String, Object> choice = TokenSampler.arguments(rows);
    int[] first = steps.run(cache, tokens, counts, choice, false);
    for (int i = 0; i < n; i++) {
      cache.setLengthOf(i, counts[i]);
    }
    running = new RunningSteps(steps, cache, first, choice, null);
    return first;
  }

  private int left() {
    return texts.stream()
        .filter(t -> !t.isEnded())
        .mapToInt(Continuation::left)
        .max()
        .orElse(1);
  }

  @Override
  public void close() {
    if (running != null) {
      running.close();
    }
    cache.close();
  }
}
