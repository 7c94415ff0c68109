package org.keras4j.training;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.training.callbacks.CallbackList;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.data.ArraySource;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;

/** The loop of {@code fit}. */
final class FitLoop {
  // from here on preparing a batch takes longer than handing it from thread to thread
  private static final long WORTH_A_THREAD = 128 << 10;
  private static final long WORTH_OF_TEXT = 4 << 10;

  private final Trainer model;
  private final Steps steps;
  private final Fit options;
  private @Nullable Iterator<Portion> running;
  private Grouping.@Nullable Plan plan;

  FitLoop(Trainer model, Steps steps, Fit options) {
    this.model = model;
    this.steps = steps;
    this.options = options;
  }

  History run(Object x, @Nullable Object y) {
    Fit f = options;
    DataSource train = Sources.of(x, y, f.sampleWeight, f.batchSize, f.shuffle);
    DataSource validation = null;
    if (f.validationX != null) {
      Integer size = f.validationBatchSize != null ? f.validationBatchSize : f.batchSize;
      boolean own = f.validationX instanceof DataSource;
      validation =
          Sources.of(f.validationX, f.validationY, f.validationWeight, own ? null : size, false);
    }
    if (train instanceof ArraySource arrays) {
      if (f.validationSplit > 0 && validation == null) {
        int cut = (int) Math.floor(arrays.samples() * (1 - f.validationSplit));
        if (cut == 0 || cut == arrays.samples()) {
          throw new IllegalArgumentException("fit: a validationSplit of " + f.validationSplit
              + " of " + arrays.samples() + " samples leaves a part empty");
        }
        validation = arrays.part(cut, arrays.samples(), false);
        train = arrays.part(0, cut, f.shuffle);
      }
      if (f.shuffleSeed != null && train instanceof ArraySource shuffled) {
        shuffled.seed(f.shuffleSeed);
      }
    } else if (f.validationSplit > 0) {
      throw new IllegalArgumentException(
          "fit: validationSplit needs arrays; a data source has its validationData apart");
    }
    int verbose = f.verbose instanceof Number n ? n.intValue() : 1;
    Map<String, Object> params = new HashMap<>();
    params.put("epochs", f.epochs);
    params.put("verbose", verbose);
    long known = f.stepsPerEpoch != null ? f.stepsPerEpoch : train.batches();
    params.put("steps", known < 0 ? null : (int) known);
    CallbackList callbacks = new CallbackList(f.callbacks, true, verbose != 0, model, params);
    plan = steps.training().plan(train, model, callbacks);
    loop(train, validation, callbacks);
    return java.util.Objects.requireNonNull(callbacks.find(History.class));
  }

  private void loop(DataSource train, @Nullable DataSource validation, CallbackList callbacks) {
    try {
      epochs(train, validation, callbacks);
    } finally {
      close(running);
      running = null;
    }
  }

  private void epochs(DataSource train, @Nullable DataSource validation, CallbackList callbacks) {
    Fit f = options;
    model.setStopTraining(false);
    callbacks.onTrainBegin(new Logs());
    Integer restored = model.takeInitialEpoch();
    int first = restored != null && restored > 0 ? restored : f.initialEpoch;
    Logs latest = new Logs();
    for (int epoch = first; epoch < f.epochs; epoch++) {
      model.resetMetrics();
      callbacks.onEpochBegin(epoch, new Logs());
      boolean goesOn = f.stepsPerEpoch != null;
      if (running == null || !goesOn || !running.hasNext()) {
        if (epoch > first && !train.isRepeatable() && !goesOn) {
          break;
        }
        start(train, 0);
      }
      Map<String, Object> last = epoch(train, callbacks);
      if (last == null) {
        if (epoch == first) {
          throw new IllegalArgumentException("fit: the data source gave no batch");
        }
        break;
      }
      Logs logs = new Logs(last);
      if (validation != null && (epoch + 1) % f.validationFreq == 0) {
        Run r = Run.defaults().callbacks(callbacks);
        if (f.validationSteps != null) {
          r.steps(f.validationSteps);
        }
        Map<String, Double> scores = new EvaluateLoop(model, steps, r).run(validation);
        scores.forEach((k, v) -> logs.put("val_" + k, v));
      }
      callbacks.onEpochEnd(epoch, logs);
      latest = new Logs(new LinkedHashMap<>(logs));
      release(last);
      train.onEpochEnd();
      if (model.isStopTraining()) {
        break;
      }
    }
    if (model.optimizer() != null && f.epochs > 0) {
      model.optimizer().finalizeVariableValues(model.trainableVariables());
    }
    callbacks.onTrainEnd(latest);
  }

  /** The batches of the next epoch. Large ones, out of arrays, another thread prepares ahead. */
  private void start(DataSource source, int step) {
    close(running);
    int epoch = options.stepsPerEpoch == null ? Integer.MAX_VALUE : options.stepsPerEpoch;
    Supplier<Portions> portions = () -> new Portions(
        source.iterator(),
        this::prepared,
        java.util.Objects.requireNonNull(plan),
        epoch,
        epoch - step);
    boolean ahead = source instanceof ArraySource a
        && (a.batchBytes() * Math.max(1, model.stepsPerExecution()) >= WORTH_A_THREAD
            || a.batchCharacters() >= WORTH_OF_TEXT);
    running =
        ahead ? new Prefetch<Portion>(portions::get, steps::ready, Steps::release) : portions.get();
  }

  private @Nullable Map<String, Object> epoch(DataSource source, CallbackList callbacks) {
    int limit = options.stepsPerEpoch == null ? Integer.MAX_VALUE : options.stepsPerEpoch;
    int group = model.stepsPerExecution();
    Map<String, Object> logs = null;
    int step = 0;
    Iterator<Portion> it = java.util.Objects.requireNonNull(running);
    while (step < limit) {
      if (!it.hasNext()) {
        if (options.stepsPerEpoch == null || !source.isRepeatable()) {
          break;
        }
        start(source, step);
        it = java.util.Objects.requireNonNull(running);
        if (!it.hasNext()) {
          break;
        }
      }
      callbacks.onTrainBatchBegin(step, new Logs());
      int end = (int) Math.min(limit, step + (long) group);
      while (step < end && it.hasNext()) {
        Portion p = it.next();
        Map<String, Object> now = run(p, it instanceof Prefetch);
        step += p.steps();
        if (logs != null) {
          release(logs);
        }
        logs = now;
      }
      callbacks.onTrainBatchEnd(step - 1, new Logs(logs));
      if (model.isStopTraining()) {
        break;
      }
    }
    return logs;
  }

  private Map<String, Object> run(Portion p, boolean ahead) {
    try {
      model.buildFrom(p.batch(), true, p.steps() > 1);
      return steps.train(p);
    } finally {
      if (ahead) {
        Steps.release(p);
      }
    }
  }

  private Batch prepared(Batch b) {
    return ClassWeights.apply(steps.hostBatch(b.x(), b.y(), b.sampleWeight()), options.classWeight);
  }

  // logs of a step are read while they are the newest, then freed
  private static void release(Map<String, Object> logs) {
    logs.values().forEach(v -> Nest.tensors(v).forEach(Tensor::close));
  }

  static void close(@Nullable Object iterator) {
    if (iterator instanceof AutoCloseable c) {
      try {
        c.close();
      } catch (Exception e) {
        throw new IllegalStateException("The data source could not be closed", e);
      }
    }
  }
}
