package org.keras4j.hub.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.keras4j.hub.decoder.KeyValueCache;

/**
 * One text of which several continuations are followed at once, those that are likeliest as a whole. What has ended is held
 * against what goes on by its logarithmic probability, divided by a power of its length.
 */
final class BeamDecoding implements Decoding {
  /** A continuation: its tokens, and how likely it is, in logarithms; of an ended one after the division. */
  private record Beam(int[] tokens, float score) {
    Beam with(int token, float newScore) {
      int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
      longer[tokens.length] = token;
      return new Beam(longer, newScore);
    }
  }

  private final DecodingSteps steps;
  private final Continuation text;
  private final int width;
  private final double penalty;
  private final int most;
  private final KeyValueCache cache;
  private List<Beam> running = new ArrayList<>();
  private List<Beam> ended = new ArrayList<>();
  private int[] parents;

  BeamDecoding(DecodingSteps steps, Continuation text, int width, double penalty) {
    this.steps = steps;
    this.text = text;
    this.width = width;
    this.penalty = penalty;
    this.most = text.longest() - text.prompt().length;
    this.parents = new int[width];
    Integer limit = steps.backbone().maxLength();
    steps.follow();
    int need = Math.max(text.longest(), Decoding.bucket(text.prompt().length, limit));
    this.cache = KeyValueCache.of(steps.backbone(), width, Decoding.lengthFor(need, limit));
    running.add(new Beam(new int[0], 0));
  }

  @Override
  public boolean isEnded() {
    return text.isEnded();
  }

  @Override
  public List<String> next() {
    // at first all rows are the same text, of which one counts
    boolean first = running.size() == 1;
    int[] prompt = text.prompt();
    int time = first ? Decoding.bucket(prompt.length, steps.backbone().maxLength()) : 1;
    int[][] tokens = new int[width][];
    int[] counts = new int[width];
    float[] scores = new float[width];
    for (int i = 0; i < width; i++) {
      Beam b = running.get(first ? 0 : i);
      tokens[i] = first ? Arrays.copyOf(prompt, time) : new int[] {b.tokens[b.tokens.length - 1]};
      counts[i] = first ? prompt.length : 1;
      scores[i] = first && i > 0 ? -1e9f : b.score;
    }
    int kept = Math.max(2, 1 + text.numEnds()) * width;
    DecodingSteps.Best best = steps.best(cache, tokens, counts, parents, scores, kept);
    for (int i = 0; i < width; i++) {
      cache.setLengthOf(i, cache.lengthOf(i) + counts[i]);
    }
    advance(best);
    return List.of(isOver() ? told() : "");
  }

  private void advance(DecodingSteps.Best best) {
    int vocabulary = steps.backbone().vocabularySize();
    int length = running.get(0).tokens.length + 1;
    List<Beam> next = new ArrayList<>();
    List<Integer> from = new ArrayList<>();
    List<Beam> finished = new ArrayList<>(ended);
    for (int i = 0; i < best.scores().length; i++) {
      int row = best.places()[i] / vocabulary;
      int token = best.places()[i] % vocabulary;
      Beam parent = running.get(running.size() == 1 ? 0 : row);
      float score = best.scores()[i];
      boolean ends = text.isEnd(token) || length == most;
      if (!ends) {
        if (next.size() < width) {
          next.add(parent.with(token, score));
          from.add(row);
        }
      } else if (i < width) {
        finished.add(parent.with(token, (float) (score / Math.pow(length, penalty))));
      }
    }
    finished.sort(Comparator.comparingDouble((Beam b) -> b.score).reversed());
    ended = new ArrayList<>(finished.subList(0, Math.min(width, finished.size())));
    running = next;
    parents = from.stream().mapToInt(Integer::intValue).toArray();
  }

  // nothing that goes on can become better than the worst of those that have ended
  private boolean isOver() {
    if (running.size() < width) {
      return true;
    }
    if (ended.size() < width) {
      return false;
    }
    int length = running.get(0).tokens.length;
    double possible = running.get(0).score / Math.pow(length, penalty);
    return possible <= ended.get(ended.size() - 1).score;
  }

  private String told() {
    StringBuilder out = new StringBuilder();
    for (int token : ended.get(0).tokens) {
      if (!text.isEnded()) {
        out.append(text.add(token));
      }
    }
    return out.toString();
  }

  @Override
  public void close() {
    cache.close();
  }
}
