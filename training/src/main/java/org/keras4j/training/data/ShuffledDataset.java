package org.keras4j.training.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.internal.SavedState;

/** The batches of a dataset in another order each epoch, as {@code fit} takes them. */
public final class ShuffledDataset implements DataSource {
  private final Dataset batches;
  private long seed;
  private long epoch;

  /**
   * In orders that a seed tells.
   *
   * @param batches the dataset
   * @param seed the same seed gives the same orders
   */
  public ShuffledDataset(Dataset batches, long seed) {
    this.batches = batches;
    this.seed = seed;
  }

  @Override
  public boolean isGroupable() {
    return true;
  }

  @Override
  public Iterator<Batch> iterator() {
    return iterator(0);
  }

  @Override
  public Iterator<Batch> iterator(long first) {
    int[] order = EpochOrder.of(batches.size(), seed, epoch++);
    int from = (int) Math.min(first, order.length);
    return WorkerBatches.of(batches, Arrays.copyOfRange(order, from, order.length));
  }

  @Override
  public long batches() {
    return batches.size();
  }

  @Override
  public void onEpochBegin() {
    batches.onEpochBegin();
  }

  @Override
  public void onEpochEnd() {
    batches.onEpochEnd();
  }

  @Override
  public boolean isRepeatable() {
    return batches.isRepeatable();
  }

  @Override
  public boolean isReady() {
    return batches.isReady();
  }

  @Override
  public Map<String, Object> state() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("seed", seed);
    out.put("epoch", epoch);
    out.put("dataset", batches.state());
    return out;
  }

  @Override
  public void restore(Map<String, Object> state) {
    seed = SavedState.number(state, "seed").longValue();
    epoch = SavedState.number(state, "epoch").longValue();
    batches.restore(SavedState.map(state, "dataset"));
  }
}
