package org.keras4j.training;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/** The loop of {@code predict}. */
final class PredictLoop {
  private final Trainer model;
  private final Steps steps;
  private final Run options;

  PredictLoop(Trainer model, Steps steps, Run options) {
    this.model = model;
    this.steps = steps;
    this.options = options;
  }

  Object run(Object x) {
    if (x instanceof NDArray a && isOneBatch(a)) {
      return steps.predict(Batch.of(a));
    }
    DataSource source = Sources.of(x, null, null, options.batchSize, false);
    Callback callbacks = EvaluateLoop.callbacks(
        model, options, options.steps != null ? options.steps : source.batches());
    callbacks.onPredictBegin(new Logs());
    Iterator<Batch> it = source.iterator();
    int limit = options.steps == null ? Integer.MAX_VALUE : options.steps;
    Object structure = null;
    List<List<NDArray>> parts = new ArrayList<>();
    for (int step = 0; step < limit && it.hasNext(); step++) {
      callbacks.onPredictBatchBegin(step, new Logs());
      Batch raw = it.next();
      structure = steps.predict(steps.hostBatch(raw.x(), null, null));
      List<Object> flat = Nest.flatten(structure);
      for (int i = 0; i < flat.size(); i++) {
        if (parts.size() <= i) {
          parts.add(new ArrayList<>());
        }
        parts.get(i).add((NDArray) flat.get(i));
      }
      callbacks.onPredictBatchEnd(step, new Logs());
    }
    FitLoop.close(it);
    callbacks.onPredictEnd(new Logs());
    if (structure == null) {
      throw new IllegalArgumentException("predict: the data source gave no batch");
    }
    return pack(structure, parts.stream().map(PredictLoop::concat).toList());
  }

  private static Object pack(Object structure, List<NDArray> leaves) {
    Object out = Nest.pack(structure, leaves);
    return out == null ? List.of() : out;
  }

  private boolean isOneBatch(NDArray a) {
    return options.callbacks.isEmpty()
        && Integer.valueOf(0).equals(options.verbose)
        && options.steps == null
        && a.rank() > 0
        && a.size() > 0
        && a.shape().dim(0) <= (options.batchSize == null ? 32 : options.batchSize);
  }

  private static NDArray concat(List<NDArray> parts) {
    NDArray first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    long rows = 0;
    for (NDArray p : parts) {
      if (p.rank() == 0) {
        throw new IllegalStateException(
            "predict: the outputs of batches need a first axis to be joined");
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
