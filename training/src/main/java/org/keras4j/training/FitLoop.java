package org.keras4j.training;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Nest;
import org.keras4j.core.Tensor;
import org.keras4j.core.internal.messages.Log;
import org.keras4j.training.callbacks.CallbackList;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.data.ArraySource;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.internal.feed.ClassWeights;
import org.keras4j.training.internal.feed.Feed;
import org.keras4j.training.internal.feed.Grouping;
import org.keras4j.training.internal.feed.Sources;
import org.keras4j.training.internal.feed.StepGroup;
import org.keras4j.training.internal.feed.StepLimit;

/** The loop of {@code fit}. */
final class FitLoop {
  private static final Log LOG = Log.of(FitLoop.class);

  private final Trainer model;
  private final Steps steps;
  private final Fit options;
  private final int epochs;
  private @Nullable Integer stepsPerEpoch;
  private @Nullable Feed feed;
  private Feed.@Nullable Flow running;
  private @Nullable Progress progress;
  private @Nullable DataSource data;
  private boolean labelsChecked;
  private final @Nullable Together together = Together.now();
  private boolean shared;

  FitLoop(Trainer model, Steps steps, Fit options) {
    this.model = model;
    this.steps = steps;
    this.options = options;
    Integer most = Keras.maxEpochs();
    this.epochs = most == null ? options.epochs : Math.min(most, options.epochs);
    this.stepsPerEpoch = options.stepsPerEpoch;
  }

  History run(Object x, @Nullable Object y) {
    Fit f = options;
    boolean shuffle = !Boolean.FALSE.equals(f.shuffle);
    DataSource train = Sources.of(x, y, f.sampleWeight, f.batchSize, shuffle);
    DataSource validation = null;
    if (f.validationX != null) {
      Integer size = f.validationBatchSize != null ? f.validationBatchSize : f.batchSize;
      boolean own = f.validationX instanceof DataSource;
      validation =
          Sources.of(f.validationX, f.validationY, f.validationWeight, own ? null : size, false);
    }
    if (f.validationSplit > 0 && !(train instanceof ArraySource)) {
      throw new IllegalArgumentException(
          "fit: validationSplit needs arrays; a data source has its validationData apart");
    }
    if (train instanceof ArraySource arrays && f.validationSplit > 0 && validation == null) {
      int cut = (int) Math.floor(arrays.samples() * (1 - f.validationSplit));
      if (cut == 0 || cut == arrays.samples()) {
        throw new IllegalArgumentException("fit: a validationSplit of " + f.validationSplit + " of "
            + arrays.samples() + " samples leaves a part empty");
      }
      validation = arrays.part(cut, arrays.samples(), false);
      train = arrays.part(0, cut, shuffle);
    }
    train = Sources.ordered(train, f.shuffle, f.shuffleSeed);
    stepsPerEpoch = StepLimit.of(stepsPerEpoch, train.batches());
    requireEnough(train, validation);
    if (together != null) {
      together.agree("fit of " + epochs + " epochs from " + f.initialEpoch + "\n"
          + train.getClass().getName() + " of " + train.batches() + " batches");
      together.order(train);
    }
    int verbose = f.verbose;
    Map<String, Object> params = new HashMap<>();
    params.put("epochs", epochs);
    params.put("verbose", verbose);
    long known = stepsPerEpoch != null ? stepsPerEpoch : train.batches();
    params.put("steps", known < 0 ? null : (int) known);
    CallbackList callbacks = new CallbackList(f.callbacks, true, verbose != 0, model, params);
    Grouping.Plan plan = steps.training(train, callbacks, f.readAhead);
    data = train;
    feed = new Feed(train, this::prepared, plan, f.readAhead, Interrupts::waiting);
    Long seed = feed.seed();
    if (together != null && seed != null) {
      feed.seed((Long) together.shared(seed));
    }
    progress = new Progress(model, train, feed, plan, callbacks);
    loop(train, validation, callbacks);
    return Objects.requireNonNull(callbacks.find(History.class));
  }

  // what is run through once must not be needed again
  private void requireEnough(DataSource train, @Nullable DataSource validation) {
    Fit f = options;
    int toDo = epochs - f.initialEpoch;
    if (!train.isRepeatable() && stepsPerEpoch == null && toDo > 1) {
      throw new IllegalArgumentException("fit: " + toDo + " epochs need data that can be run"
          + " through again; a Stream or an"
          + " Iterator of batches serves one"
          + " epoch. Give an Iterable, a Dataset"
          + " or a Supplier that opens it anew, or"
          + " divide it by stepsPerEpoch");
    }
    int validations = epochs / f.validationFreq - f.initialEpoch / f.validationFreq;
    if (validation != null
        && !validation.isRepeatable()
        && f.validationSteps == null
        && validations > 1) {
      throw new IllegalArgumentException("fit: " + validations + " validations need data that can"
          + " be run through again; a Stream"
          + " or an Iterator of batches"
          + " serves one. Give an Iterable, a"
          + " Dataset or a Supplier that"
          + " opens it anew, or divide it by"
          + " validationSteps");
    }
  }

  private void loop(DataSource train, @Nullable DataSource validation, CallbackList callbacks) {
    try {
      epochs(train, validation, callbacks);
    } catch (RuntimeException e) {
      boolean told = e instanceof RunInterruptedException && e.getCause() == null;
      if (!told && Interrupts.isCauseOf(e)) {
        throw new RunInterruptedException(position(), e);
      }
      throw e;
    } finally {
      Feed.close(running);
      running = null;
    }
  }

  private Progress progress() {
    return Objects.requireNonNull(progress);
  }

  /** What a backup needs besides weights and optimizer. */
  Map<String, Object> state() {
    return progress().state();
  }

  private String position() {
    Progress p = progress();
    return "fit, in epoch " + (p.epoch + 1) + " after " + p.step + " batches,";
  }

  private void epochs(DataSource train, @Nullable DataSource validation, CallbackList callbacks) {
    Fit f = options;
    Progress p = progress();
    model.setStopTraining(false);
    callbacks.onTrainBegin(new Logs());
    if (together != null) {
      together.barrier(); // backups are read before rank 0 writes another
    }
    Integer restored = model.fitting().takeInitialEpoch();
    p.epoch = restored != null && restored > 0 ? restored : f.initialEpoch;
    Resumption resumption = model.fitting().takeResumption();
    if (resumption != null) {
      p.restore(resumption.state());
    }
    int first = p.epoch;
    boolean within = p.step > 0;
    Logs latest = new Logs();
    boolean ended = model.isStopTraining();
    while (p.epoch < epochs && !ended) {
      p.between = false;
      if (!within) {
        p.begin();
      }
      model.resetMetrics();
      callbacks.onEpochBegin(p.epoch, new Logs());
      if (within) {
        // what an epoch's beginning does was done before the backup
        p.restore(Objects.requireNonNull(resumption).again());
      }
      train.onEpochBegin();
      if (running == null || stepsPerEpoch == null || !running.hasNext()) {
        start();
      }
      epoch(train, callbacks);
      Map<String, Object> last = p.logs;
      if (last == null && p.epoch == first) {
        throw new IllegalArgumentException("fit: the data source gave no batch");
      }
      ended = model.isStopTraining();
      if (stepsPerEpoch != null && p.step < stepsPerEpoch && !ended) {
        ended = true;
        LOG.warn("fit: the data ran out in epoch " + (p.epoch + 1) + " after " + p.step + " of "
            + stepsPerEpoch + " batches; training ends with it");
      }
      if (last == null) {
        break;
      }
      if (ended) {
        Feed.close(running); // no batch is made any more
        running = null;
      }
      train.onEpochEnd();
      Logs logs = new Logs(last);
      if (validation != null && (p.epoch + 1) % f.validationFreq == 0) {
        Run r = Run.defaults().callbacks(callbacks).readAhead(f.readAhead);
        if (f.validationSteps != null) {
          r.steps(f.validationSteps);
        }
        Map<String, Double> scores = new EvaluateLoop(model, steps, r).run(validation);
        scores.forEach((k, v) -> logs.put("val_" + k, v));
      }
      p.between = true;
      callbacks.onEpochEnd(p.epoch, logs);
      latest = new Logs(new LinkedHashMap<>(logs));
      release(last);
      p.logs = null;
      within = false;
      p.epoch++;
      ended |= model.isStopTraining();
    }
    if (model.optimizer() != null && epochs > 0) {
      model.optimizer().finalizeVariableValues(model.trainableVariables());
    }
    callbacks.onTrainEnd(latest);
  }

  /** The batches of the next pass through the source, or of the rest of one. */
  private void start() {
    Feed.close(running);
    Feed f = Objects.requireNonNull(feed);
    Feed.Part part = progress().opened(stepsPerEpoch, epochs);
    running = f.open(
        part,
        f.isWorthAThread(model.compilation().stepsPerExecution()),
        steps::ready,
        Steps::release);
  }

  private void epoch(DataSource source, CallbackList callbacks) {
    Progress p = progress();
    int limit = stepsPerEpoch == null ? Integer.MAX_VALUE : stepsPerEpoch;
    int group = model.compilation().stepsPerExecution();
    while (p.step < limit) {
      requireNoInterrupt();
      if (!flow().hasNext()) {
        p.passed();
        if (stepsPerEpoch == null || !source.isRepeatable()) {
          break;
        }
        start();
        if (!flow().hasNext()) {
          break;
        }
      }
      callbacks.onTrainBatchBegin(p.step, new Logs());
      int end = (int) Math.min(limit, p.step + (long) group);
      while (p.step < end && flow().hasNext()) {
        requireNoInterrupt();
        StepGroup next = flow().next();
        Map<String, Object> now = run(next);
        p.did(next.steps());
        if (p.logs != null) {
          release(p.logs);
        }
        p.logs = now;
      }
      callbacks.onTrainBatchEnd(p.step - 1, new Logs(Objects.requireNonNull(p.logs)));
      if (model.isStopTraining()) {
        break;
      }
    }
  }

  private Feed.Flow flow() {
    return Objects.requireNonNull(running);
  }

  private void requireNoInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw new RunInterruptedException(position(), null);
    }
  }

  private Map<String, Object> run(StepGroup p) {
    try {
      model.first().build(p.batch(), true, p.steps() > 1);
      progress().restoreMetrics();
      if (together != null && !shared) {
        together.share(model);
        shared = true;
      }
      checkLabels(p.batch());
      return steps.train(p);
    } finally {
      flow().done(p);
    }
  }

  // those of arrays all at once: the arrays of a batch may be overwritten by now
  private void checkLabels(Batch b) {
    if (!(data instanceof ArraySource arrays)) {
      model.compilation().requireLabels(b.y());
    } else if (!labelsChecked) {
      labelsChecked = true;
      model.compilation().requireLabels(arrays.targets());
    }
  }

  private Batch prepared(Batch b) {
    return ClassWeights.apply(steps.hostBatch(b.x(), b.y(), b.sampleWeight()), options.classWeight);
  }

  // logs of a step are read while they are the newest, then freed
  private static void release(Map<String, Object> logs) {
    logs.values().forEach(v -> Nest.tensors(v).forEach(Tensor::close));
  }
}
