package org.keras4j.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.distribution.DataParallel;
import org.keras4j.distribution.DeviceMesh;
import org.keras4j.distribution.Distribution;
import org.keras4j.distribution.LayoutMap;
import org.keras4j.distribution.ModelParallel;
import org.keras4j.distribution.TensorLayout;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.training.optimizers.Optimizer;

/** How a measured step is divided among devices of this process; {@code plain_jax.py} divides by the same rules. */
public enum Division {
  /** Samples among all. */
  DATA(1),
  /** Samples, and the optimizer's state, among all. */
  ZERO(1),
  /** Weights among groups of two, samples among the groups. */
  MODEL2(2),
  /** Weights among groups of four. */
  MODEL4(4);

  private static final String BATCH = "batch";
  private static final String WEIGHTS = "model";

  private final int group;

  Division(int group) {
    this.group = group;
  }

  /** {@code data}, {@code zero}, {@code model2} or {@code model4}. */
  public static Division named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The distribution of a model over the first devices of the backend in use. */
  Distribution of(Model model, int devices) {
    List<String> there = Keras.backend().devices();
    if (devices > there.size() || devices % group != 0) {
      throw new IllegalArgumentException("bench: " + devices + " devices divided as " + this
          + " in groups of " + group + ", backend '" + Keras.backend().name() + "' has " + there);
    }
    List<String> used = there.subList(0, devices);
    if (this == DATA) {
      return new DataParallel(used);
    }
    LayoutMap layouts = new LayoutMap(
        new DeviceMesh(Shape.of(devices / group, group), List.of(BATCH, WEIGHTS), used));
    if (this == ZERO) {
      Optimizer o = Objects.requireNonNull(model.optimizer());
      o.build(model.trainableVariables());
      for (Variable v : o.variables()) {
        if (v.reference() != null) {
          put(layouts, v, firstThatDivides(v.shape(), devices), BATCH);
        }
      }
    } else {
      for (Variable v : model.trainableVariables()) {
        put(layouts, v, weight(v.shape()), WEIGHTS);
      }
    }
    return new ModelParallel(layouts);
  }

  private static void put(LayoutMap layouts, Variable v, int dimension, String axis) {
    if (dimension >= 0) {
      @Nullable String[] axes = Collections.nCopies(v.shape().rank(), null).toArray(new String[0]);
      axes[dimension] = axis;
      layouts.put(Pattern.quote(v.path()), axes);
    }
  }

  private static int firstThatDivides(Shape s, int parts) {
    for (int i = 0; i < s.rank(); i++) {
      if (s.dim(i) % parts == 0) {
        return i;
      }
    }
    return -1;
  }

  /** Columns of what widens, rows of what narrows, heads of what has three dimensions; -1 for none. */
  private int weight(Shape s) {
    int at = s.rank() == 2
        ? (s.dim(1) >= s.dim(0) ? 1 : 0)
        : s.rank() == 3 ? (s.dim(0) > s.dim(1) ? 1 : 0) : s.rank() - 1;
    return s.rank() > 1 && s.dim(at) % group == 0 ? at : -1;
  }

  /** Arrays or tensors whose samples lie on the devices of a distribution. */
  static Object laidOut(Object data, Distribution d) {
    return Objects.requireNonNull(Nest.map(data, x -> {
      Tensor t = Ops.convertToTensor(x);
      TensorLayout layout = d.dataLayout(t.shape());
      return Distribution.distributeTensor(t, layout);
    }));
  }
}
