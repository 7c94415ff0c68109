package org.keras4j.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.internal.SavedState;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.layers.Layer;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.callbacks.CallbackList;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.internal.feed.Feed;
import org.keras4j.training.internal.feed.Grouping;

/**
 * Where a {@code fit} stands, and what it is besides weights and optimizer: seeds, metrics so far, what callbacks
 * remember, the order of the data and the place in it. As a tree of maps, lists, numbers, strings and arrays it goes
 * into a backup, and a training that was cut off goes on from there.
 */
final class Progress {
  private static final Log LOG = Log.of(Progress.class);

  private final Trainer model;
  private final DataSource source;
  private final Feed feed;
  private final Grouping.Plan plan;
  private final CallbackList callbacks;

  /** The epoch that runs, from 0. */
  int epoch;
  /** How many batches of it are done. */
  int step;
  /** Whether the epoch is over, and the next one not begun. */
  boolean between;
  /** Losses and metrics of the epoch so far: numbers, tensors and arrays; null before the first batch. */
  @Nullable
  Map<String, Object> logs;

  // the pass through the source: its number, how many of its batches are done, what it began from
  private long pass;
  private long taken;
  private @Nullable Map<String, Object> before;
  private @Nullable List<?> metrics;

  Progress(
      Trainer model, DataSource source, Feed feed, Grouping.Plan plan, CallbackList callbacks) {
    this.model = model;
    this.source = source;
    this.feed = feed;
    this.plan = plan;
    this.callbacks = callbacks;
  }

  // ---- the place in the data

  /**
   * What is to be opened now: the next pass, or the rest of one.
   *
   * @param each how many batches an epoch takes; null for all of a pass
   */
  Feed.Part opened(@Nullable Integer each, int epochs) {
    before = source.state();
    return each == null
        ? Feed.Part.of(pass, taken)
        : new Feed.Part(pass, taken, each, each - step, (long) each * (epochs - epoch) - step);
  }

  /** The pass is at its end. */
  void passed() {
    pass++;
    taken = 0;
    before = null;
  }

  /** An epoch begins, from its first batch; what a backup had of another epoch's metrics is of no use any more. */
  void begin() {
    step = 0;
    logs = null;
    metrics = null;
  }

  /** So many steps were done. */
  void did(int steps) {
    step += steps;
    taken += steps;
    plan.did(steps);
  }

  // ---- to a backup

  Map<String, Object> state() {
    boolean within = !between && step > 0;
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("epoch", between ? epoch + 1 : epoch);
    out.put("batch", within ? step : 0);
    out.put("stopped", model.isStopTraining());
    out.put("variables", values(unsaved()));
    out.put("random", SeedGenerator.global().state().value().toNDArray());
    out.put("callbacks", callbacks.states());
    out.put("grouping", plan.state());
    out.put("data", data());
    if (within) {
      out.put("metrics", values(model.metricVariables()));
      Map<String, Object> numbers = new LinkedHashMap<>();
      if (logs != null) {
        logs.forEach((k, v) -> numbers.put(k, v instanceof Tensor t ? t.toNDArray() : v));
      }
      out.put("logs", numbers);
    }
    return out;
  }

  private Map<String, Object> data() {
    Map<String, Object> now = source.state();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("class", source.getClass().getName());
    out.put("batches", source.batches());
    out.put("seed", feed.seed());
    out.put("pass", pass);
    out.put("taken", taken);
    out.put("source", before == null ? now : before);
    out.put("after", before == null ? null : now);
    return out;
  }

  // the variables that weights files do not hold as they are: seeds, updates that files hold merged
  private List<Variable> unsaved() {
    Set<Variable> saved = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    for (Layer l : model.flattenLayers(true)) {
      List<Variable> own = l.ownWeights();
      if (new HashSet<>(l.savedWeights()).equals(new HashSet<>(own))) {
        saved.addAll(own);
      }
    }
    return model.variables().stream().filter(v -> !saved.contains(v)).toList();
  }

  private static List<NDArray> values(List<Variable> variables) {
    return variables.stream().map(v -> v.value().toNDArray()).toList();
  }

  // ---- from a backup

  /** Takes up a state, all but the metrics, which may not be there yet. */
  @SuppressWarnings("unchecked")
  void restore(Map<String, Object> state) {
    epoch = SavedState.number(state, "epoch").intValue();
    step = SavedState.number(state, "batch").intValue();
    between = false;
    List<Variable> variables = unsaved();
    List<?> values = SavedState.list(state, "variables");
    if (!assign(variables, values)) {
      throw new IllegalArgumentException("The backup is of another model: it has "
          + values.size() + " seeds and the like, the model has "
          + variables.size());
    }
    SeedGenerator.global().state().assign(ArrayLike.tensor((NDArray) state.get("random")));
    callbacks.restore(SavedState.list(state, "callbacks"));
    plan.restore(SavedState.map(state, "grouping"));
    restoreData(SavedState.map(state, "data"));
    metrics = (List<?>) state.get("metrics");
    logs = (Map<String, Object>) state.get("logs");
    model.setStopTraining(Boolean.TRUE.equals(state.get("stopped")));
  }

  @SuppressWarnings("unchecked")
  private void restoreData(Map<String, Object> data) {
    long at = SavedState.number(data, "taken").longValue();
    if (!source.getClass().getName().equals(data.get("class"))) {
      LOG.warn("The backup was made with data of " + data.get("class") + ", this is "
          + source.getClass().getName() + ": its order is not taken over");
    } else {
      source.restore(SavedState.map(data, "source"));
      Map<String, Object> after = (Map<String, Object>) data.get("after");
      feed.afterOpening(after == null ? null : () -> source.restore(after));
      if (data.get("seed") instanceof Number n) {
        feed.seed(n.longValue());
      }
    }
    long batches = SavedState.number(data, "batches").longValue();
    if (at > 0 && batches != source.batches()) {
      throw new IllegalArgumentException("The backup stands at batch " + at + " of " + batches
          + ", the data has " + source.batches()
          + " batches now; give the same data, or delete the backup");
    }
    pass = SavedState.number(data, "pass").longValue();
    taken = at;
    before = null;
  }

  /** Takes up the metrics, once they are there. */
  void restoreMetrics() {
    List<?> given = metrics;
    metrics = null;
    if (given != null && !assign(model.metricVariables(), given)) {
      LOG.warn("The backup was made with other metrics; those of this epoch begin anew");
    }
  }

  private static boolean assign(List<Variable> variables, @Nullable List<?> values) {
    if (values == null || values.size() != variables.size()) {
      return false;
    }
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      NDArray a = (NDArray) Objects.requireNonNull(values.get(i));
      if (!a.spec().equals(variables.get(i).spec())) {
        return false;
      }
      tensors.add(ArrayLike.tensor(a));
    }
    for (int i = 0; i < variables.size(); i++) {
      variables.get(i).assign(tensors.get(i));
    }
    return true;
  }
}
