package org.keras4j.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.internal.engine.ArrayLike;
import org.keras4j.training.metrics.Mean;
import org.keras4j.training.metrics.Metric;
import org.keras4j.training.metrics.Sum;

/** Plays a metric: eagerly, compiled, and statelessly. */
final class MetricPlay {
  private final Case c;
  private final List<String> failures = new ArrayList<>();

  MetricPlay(Case c) {
    this.c = c;
  }

  List<String> run() {
    Metric first = metric();
    String config = Made.difference(c, first);
    if (config != null) {
      failures.add(config);
    }
    attempt("eager", () -> {
      Metric m = first;
      batches().forEach(b -> update(m, b));
      return m.result();
    });
    attempt("again", () -> {
      Metric m = first;
      m.resetState();
      batches().forEach(b -> update(m, b));
      return m.result();
    });
    attempt("compiled", () -> {
      Metric m = metric();
      Jit step = Jit.updating(b -> {
        update(m, (List<?>) b);
        return null;
      });
      batches().forEach(step::call);
      return Jit.of(nothing -> m.result()).call(null);
    });
    attempt("stateless", this::stateless);
    return failures;
  }

  private Metric metric() {
    return (Metric) Made.of(c);
  }

  private Object stateless() {
    Metric m = metric();
    // the first batch makes the variables of metrics that need its shape
    batches().stream().limit(1).forEach(b -> update(m, b));
    List<Tensor> state = m.statelessResetState();
    List<Object> before = new ArrayList<>();
    m.variables().forEach(v -> before.add(v.value().toNDArray()));
    for (List<?> b : batches()) {
      state = takesValues(m)
          ? m.statelessUpdateState(state, b.get(0), b.get(1))
          : m.statelessUpdateState(state, b.get(0), b.get(1), b.get(2));
    }
    List<Variable> variables = m.variables();
    for (int i = 0; i < variables.size(); i++) {
      if (!variables.get(i).value().toNDArray().equals(before.get(i))) {
        failures.add("stateless: changed " + variables.get(i));
      }
    }
    return m.statelessResult(state);
  }

  private static boolean takesValues(Metric m) {
    return m.getClass() == Mean.class || m instanceof Sum;
  }

  private static void update(Metric m, List<?> b) {
    if (takesValues(m)) {
      m.updateState(b.get(0), b.get(1));
    } else {
      m.updateState(b.get(0), b.get(1), b.get(2));
    }
  }

  private List<List<@Nullable Object>> batches() {
    String[] names = takesValues(metric())
        ? new String[] {"values", "sample_weight"}
        : new String[] {"y_true", "y_pred", "sample_weight"};
    List<List<@Nullable Object>> out = new ArrayList<>();
    for (Object u : c.list("updates")) {
      Object[] a = Arguments.of((Map<?, ?>) u, c.arrays()::get, names);
      for (int i = 0; i < a.length; i++) {
        a[i] = a[i] == null ? null : ArrayLike.tensor(a[i]);
      }
      out.add(Arrays.asList(a));
    }
    return out;
  }

  private void attempt(String mode, Supplier<@Nullable Object> body) {
    try {
      String d = new Agreement(true, 1).difference(body.get(), c.expected("outputs"));
      if (d != null) {
        failures.add(mode + ": outputs" + d);
      }
    } catch (RuntimeException e) {
      failures.add(mode + ": " + e);
    }
  }
}
