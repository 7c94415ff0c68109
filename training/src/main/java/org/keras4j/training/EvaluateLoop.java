package org.keras4j.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.training.callbacks.Callback;
import org.keras4j.training.callbacks.CallbackList;
import org.keras4j.training.callbacks.Logs;
import org.keras4j.training.data.DataSource;
import org.keras4j.training.internal.feed.Feed;
import org.keras4j.training.internal.feed.Grouping;
import org.keras4j.training.internal.feed.Sources;
import org.keras4j.training.internal.feed.StepGroup;
import org.keras4j.training.internal.feed.StepLimit;

/** The loop of {@code evaluate}, with metric state of its own. */
final class EvaluateLoop {
  private final Trainer model;
  private final Steps steps;
  private final Run options;

  EvaluateLoop(Trainer model, Steps steps, Run options) {
    this.model = model;
    this.steps = steps;
    this.options = options;
  }

  Map<String, Double> run(Object x, @Nullable Object y) {
    return run(Sources.of(x, y, options.sampleWeight, options.batchSize, false));
  }

  Map<String, Double> run(DataSource source) {
    Together together = Together.now();
    if (together != null) {
      together.agree(
          "evaluate\n" + source.getClass().getName() + " of " + source.batches() + " batches");
    }
    Integer most = StepLimit.of(options.steps, source.batches());
    long known = most != null ? most : source.batches();
    Callback callbacks = callbacks(model, options, known);
    callbacks.onTestBegin(new Logs());
    List<Tensor> state = null;
    Map<String, Object> logs = null;
    int limit = most == null ? Integer.MAX_VALUE : most;
    int group = model.compilation().stepsPerExecution();
    Grouping.Plan plan = steps.evaluation(source, callbacks, options.readAhead);
    Feed feed = new Feed(
        source,
        b -> steps.hostBatch(b.x(), b.y(), b.sampleWeight()),
        plan,
        options.readAhead,
        Interrupts::waiting);
    int step = 0;
    try (Feed.Flow it = feed.open(Feed.Part.of(limit))) {
      while (step < limit && it.hasNext()) {
        Interrupts.between(step, "evaluate");
        callbacks.onTestBatchBegin(step, new Logs());
        int end = (int) Math.min(limit, step + (long) group);
        while (step < end && it.hasNext()) {
          StepGroup p = it.next();
          if (state == null) {
            model.first().build(p.batch(), false, p.steps() > 1);
            if (together != null && !together.knows(model)) {
              together.share(model);
            }
            state = new ArrayList<>(steps.freshState());
          }
          model.compilation().requireLabels(p.batch().y());
          logs = steps.score(p, state);
          step += p.steps();
        }
        callbacks.onTestBatchEnd(step - 1, new Logs(Objects.requireNonNull(logs)));
      }
    }
    if (logs == null || state == null) {
      throw new IllegalArgumentException("evaluate: the data source gave no batch");
    }
    Logs result = new Logs(logs);
    Map<String, Double> values = new HashMap<>(result);
    state.forEach(Tensor::close);
    callbacks.onTestEnd(result);
    return new java.util.TreeMap<>(values);
  }

  static Callback callbacks(Trainer model, Run options, long steps) {
    // inside fit the callbacks are running already
    if (options.callbacks.size() == 1 && options.callbacks.get(0) instanceof CallbackList running) {
      return running;
    }
    int verbose = options.verbose;
    Map<String, Object> params = new HashMap<>();
    params.put("verbose", verbose);
    params.put("epochs", 1);
    params.put("steps", steps < 0 ? null : (int) steps);
    return new CallbackList(options.callbacks, false, verbose != 0, model, params);
  }
}
