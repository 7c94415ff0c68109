package org.keras4j.training.callbacks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code fit} returns: losses and metrics epoch by epoch ({@code keras.callbacks.History}).
 *
 * <pre>{@code
 * History history = model.fit(x, y, Fit.epochs(3));
 * double loss = history.last("loss");
 * }</pre>
 */
public final class History extends Callback {
  private final List<Integer> epochs = new ArrayList<>();
  private final Map<String, List<Double>> history = new LinkedHashMap<>();

  @Override
  public void onTrainBegin(Logs logs) {
    epochs.clear();
    history.clear();
  }

  @Override
  public void onEpochEnd(int epoch, Logs logs) {
    epochs.add(epoch);
    logs.forEach((k, v) -> history.computeIfAbsent(k, n -> new ArrayList<>()).add(v));
  }

  /** The epochs there are numbers of, counted from 0. */
  public List<Integer> epochs() {
    return Collections.unmodifiableList(epochs);
  }

  /** The numbers by name, one an epoch. */
  public Map<String, List<Double>> history() {
    return Collections.unmodifiableMap(history);
  }

  /** One name's numbers. */
  public List<Double> get(String name) {
    List<Double> values = history.get(name);
    if (values == null) {
      throw new IllegalArgumentException("History has no '" + name + "', only " + history.keySet());
    }
    return Collections.unmodifiableList(values);
  }

  /** The last epoch's number of a name. */
  public double last(String name) {
    List<Double> values = get(name);
    return values.get(values.size() - 1);
  }

  @Override
  public String toString() {
    return "History" + history;
  }
}
