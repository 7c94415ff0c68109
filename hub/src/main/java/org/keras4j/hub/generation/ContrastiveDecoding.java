package org.keras4j.hub.generation;

import java.util.Arrays;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorScope;
import org.keras4j.hub.decoder.KeyValueCache;
import org.keras4j.ops.Ops;

/**
 * One text of which, at each place, the likeliest tokens are looked at together: the one is taken that is likely and whose
 * vector is unlike those of all before. The rows of the cache are the same text, each with another token behind it.
 */
final class ContrastiveDecoding implements Decoding {
  private final DecodingSteps steps;
  private final Continuation text;
  private final int width;
  private final double penalty;
  private final KeyValueCache cache;
  // of length 1, (length, hidden)
  private final Vectors vectors;
  private DecodingSteps.Candidates candidates;
  private boolean begun;

  ContrastiveDecoding(DecodingSteps steps, Continuation text, int width, double penalty) {
    this.steps = steps;
    this.text = text;
    this.width = width;
    this.penalty = penalty;
    this.candidates = new DecodingSteps.Candidates(0, new float[width], new int[width]);
    Integer limit = steps.backbone().maxLength();
    steps.follow();
    int need = Math.max(text.longest(), Decoding.bucket(text.prompt().length, limit));
    int length = Decoding.lengthFor(need, limit);
    this.cache = KeyValueCache.of(steps.backbone(), width, length);
    this.vectors = new Vectors(length, steps.backbone().hiddenDim());
  }

  /** What a call takes the memory of, and gives anew. */
  static final class Vectors {
    private Tensor value;

    Vectors(int length, int size) {
      put(Ops.zeros(new long[] {length, size}, DType.FLOAT32));
    }

    Tensor take() {
      return value;
    }

    void put(Tensor next) {
      TensorScope.detach((EagerTensor) next);
      value = next;
    }

    void close() {
      ((EagerTensor) value).close();
    }
  }

  @Override
  public boolean isEnded() {
    return text.isEnded();
  }

  @Override
  public List<String> next() {
    int[] prompt = text.prompt();
    int time = begun ? 1 : Decoding.bucket(prompt.length, steps.backbone().maxLength());
    int[][] tokens = new int[width][];
    int[] counts = new int[width];
    for (int i = 0; i < width; i++) {
      tokens[i] = begun ? new int[] {candidates.tokens()[i]} : Arrays.copyOf(prompt, time);
      counts[i] = begun ? 1 : prompt.length;
    }
    DecodingSteps.Candidates next =
        steps.candidates(cache, vectors, tokens, counts, candidates, penalty);
    for (int i = 0; i < width; i++) {
      cache.setLengthOf(i, cache.lengthOf(i) + counts[i]);
    }
    String certain = begun ? text.add(candidates.tokens()[next.best()]) : "";
    candidates = next;
    begun = true;
    return List.of(certain);
  }

  @Override
  public void close() {
    cache.close();
    vectors.close();
  }
}
