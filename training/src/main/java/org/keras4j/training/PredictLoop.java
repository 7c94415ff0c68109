package org.keras4j.training;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.SparseArray;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.internal.feed.Feed;
import org.keras4j.training.internal.feed.Grouping;
import org.keras4j.training.internal.feed.Sources;
import org.keras4j.training.internal.feed.StepGroup;
import org.keras4j.training.internal.feed.StepLimit;

/** The loop of {@code predict}. */
final class PredictLoop {
  private static final String JOINED =
      "predict: the outputs of batches need a first axis to be joined";

  private final Trainer model;
  private final Steps steps;
  private final Run options;

  PredictLoop(Trainer model, Steps steps, Run options) {
    this.model = model;
    this.steps = steps;
    this.options = options;
  }

  Object run(Object x) {
    Together together = Together.now();
    if (together == null && x instanceof NDArray a && isOneBatch(a)) {
      return steps.predict(Batch.of(a));
    }
    DataSource source = Sources.of(x, null, null, options.batchSize, false);
    if (together != null) {
      together.agree(
          "predict\n" + source.getClass().getName() + " of " + source.batches() + " batches");
    }
    Integer most = StepLimit.of(options.steps, source.batches());
    Callback callbacks =
        EvaluateLoop.callbacks(model, options, most != null ? most : source.batches());
    callbacks.onPredictBegin(new Logs());
    int limit = most == null ? Integer.MAX_VALUE : most;
    int group = model.compilation().stepsPerExecution();
    Grouping.Plan plan = steps.prediction(source, callbacks, options.readAhead);
    Feed feed = new Feed(
        source,
        b -> steps.hostBatch(b.x(), null, null),
        plan,
        options.readAhead,
        Interrupts::waiting);
    Object structure = null;
    List<List<Object>> parts = new ArrayList<>();
    int step = 0;
    try (Feed.Flow it = feed.open(Feed.Part.of(limit))) {
      while (step < limit && it.hasNext()) {
        Interrupts.between(step, "predict");
        callbacks.onPredictBatchBegin(step, new Logs());
        int end = (int) Math.min(limit, step + (long) group);
        while (step < end && it.hasNext()) {
          StepGroup p = it.next();
          model.first().readyToPredict(p.batch());
          List<Object> outputs = steps.predict(p);
          for (Object o : outputs) {
            structure = p.steps() > outputs.size() ? unstacked(o) : o;
            List<Object> flat = Nest.flatten(structure);
            for (int i = 0; i < flat.size(); i++) {
              if (parts.size() <= i) {
                parts.add(new ArrayList<>());
              }
              parts.get(i).add(flat.get(i));
            }
          }
          step += p.steps();
        }
        callbacks.onPredictBatchEnd(step - 1, new Logs());
      }
    }
    callbacks.onPredictEnd(new Logs());
    if (structure == null) {
      throw new IllegalArgumentException("predict: the data source gave no batch");
    }
    return pack(structure, parts.stream().map(PredictLoop::joined).toList());
  }

  /** Outputs of several batches as those of one. */
  private static Object unstacked(Object outputs) {
    return java.util.Objects.requireNonNull(Nest.map(outputs, x -> {
      NDArray a = (NDArray) java.util.Objects.requireNonNull(x);
      if (a.rank() < 2) {
        throw new IllegalStateException(JOINED);
      }
      Shape s = a.shape();
      return a.reshape(s.slice(1).with(0, s.dim(0) * s.dim(1)).toArray());
    }));
  }

  private static Object pack(Object structure, List<Object> leaves) {
    Object out = Nest.pack(structure, leaves);
    return out == null ? List.of() : out;
  }

  private boolean isOneBatch(NDArray a) {
    return options.callbacks.isEmpty()
        && options.verbose == 0
        && options.steps == null
        && a.rank() > 0
        && a.size() > 0
        && a.shape().dim(0) <= (options.batchSize == null ? 32 : options.batchSize);
  }

  private static Object joined(List<Object> parts) {
    if (parts.get(0) instanceof SparseArray) {
      return SparseArray.concat(parts.stream().map(SparseArray.class::cast).toList());
    }
    return concat(parts.stream().map(NDArray.class::cast).toList());
  }

  private static NDArray concat(List<NDArray> parts) {
    NDArray first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    long rows = 0;
    for (NDArray p : parts) {
      if (p.rank() == 0) {
        throw new IllegalStateException(JOINED);
      }
      rows += p.shape().dim(0);
    }
    Shape s = first.shape().with(0, rows);
    if (first.dtype() == DType.STRING) {
      List<@Nullable String> all = new ArrayList<>();
      parts.forEach(p -> all.addAll(List.of(p.toStringArray())));
      return NDArray.ofStrings(all.toArray(new String[0]), s);
    }
    NDArray out = NDArray.zeros(first.dtype(), s);
    ByteBuffer to = out.bytes();
    parts.forEach(p -> to.put(p.bytes()));
    return out;
  }
}
