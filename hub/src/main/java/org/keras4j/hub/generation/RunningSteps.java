package org.keras4j.hub.generation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorScope;
import org.keras4j.hub.decoder.KeyValueCache;
import org.keras4j.ops.Ops;

/**
 * Steps of a token each whose tokens stay on the device: what one step chooses is what the next one reads. On a device that works
 * by itself the next step is under way before the host looks at the token, so that the device need not wait for the host; a step
 * that turns out to be behind the end of a text costs nothing that anybody waits for. Not for several threads.
 */
final class RunningSteps implements AutoCloseable {
  private final DecodingSteps steps;
  private final KeyValueCache cache;
  private final Map<String, Object> choice = new LinkedHashMap<>();
  private final Deque<EagerTensor> unread = new ArrayDeque<>();
  private final int ahead;
  private EagerTensor tokens;
  private EagerTensor starts;

  /**
   * Steps that go on from a cache.
   *
   * @param last the token of each text that is to be read next
   * @param choice how tokens are chosen, from {@link TokenSampler#arguments}; positions are those of the cache
   * @param ahead how many steps are begun before a token is looked at; null for what suits the device
   */
  RunningSteps(
      DecodingSteps steps,
      KeyValueCache cache,
      int[] last,
      Map<String, Object> choice,
      @Nullable Integer ahead) {
    this.steps = steps;
    this.cache = cache;
    int[] lengths = new int[last.length];
    for (int i = 0; i < last.length; i++) {
      lengths[i] = cache.lengthOf(i);
    }
    this.tokens = placed(NDArray.of(last, last.length, 1));
    this.starts = placed(NDArray.of(lengths));
    choice.forEach((name, array) -> this.choice.put(name, placed((NDArray) array)));
    this.ahead = ahead != null ? ahead : tokens.handle().device().startsWith("cpu") ? 0 : 1;
  }

  private static EagerTensor placed(NDArray array) {
    EagerTensor t = (EagerTensor) Ops.convertToTensor(array);
    TensorScope.detach(t);
    return t;
  }

  /**
   * The next token of each text.
   *
   * @param left how many more are wanted at most, this one among them, above 0
   */
  int[] next(int left) {
    while (unread.size() < Math.min(left, 1 + ahead)) {
      begin();
    }
    EagerTensor first = unread.removeFirst();
    int[] out = first.toNDArray().toIntArray();
    if (first != tokens) { // else the next step reads it
      first.close();
    }
    return out;
  }

  private void begin() {
    EagerTensor before = tokens;
    List<EagerTensor> out = steps.after(cache, tokens, starts, choice);
    starts.close();
    tokens = out.get(0);
    starts = out.get(1);
    if (unread.stream().noneMatch(t -> t == before)) {
      before.close();
    }
    unread.addLast(tokens);
  }

  @Override
  public void close() {
    unread.forEach(EagerTensor::close);
    tokens.close();
    starts.close();
    choice.values().forEach(t -> ((EagerTensor) t).close());
  }
}
