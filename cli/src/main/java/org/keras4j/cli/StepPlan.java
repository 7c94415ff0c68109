package org.keras4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.distribution.DataParallel;
import org.keras4j.layers.Layer;
import org.keras4j.models.Model;

/**
 * What a step of data-parallel training takes on some devices: the part of one process is run here, with the program that it
 * would run there; the exchange is that of {@link SimulatedLink}.
 */
final class StepPlan {
  private static final int WARM = 2;
  private static final int TIMED = 5;

  private final Model model;
  private final double bytesPerSecond;
  private final double latency;
  private final double speed;

  /**
   * For a model.
   *
   * @param model built and compiled
   * @param bytesPerSecond of the link
   * @param latency of the link, in seconds
   * @param speed how many times as fast as this machine a device is
   */
  StepPlan(Model model, double bytesPerSecond, double latency, double speed) {
    this.model = model;
    this.bytesPerSecond = bytesPerSecond;
    this.latency = latency;
    this.speed = speed;
  }

  /**
   * A step.
   *
   * @param devices of them
   * @param compute seconds that a device computes
   * @param exchange seconds of the link
   * @param bytes that a device gives to the link
   * @param operations of the link
   * @param memory bytes of a device
   */
  record Step(
      int devices, double compute, double exchange, long bytes, int operations, double memory) {
    double seconds() {
      return compute + exchange;
    }
  }

  /** A step of a batch of all devices together. */
  Step of(int devices, int batch) {
    if (batch < devices) {
      throw new IllegalArgumentException(
          "plan: a batch of " + batch + " samples for " + devices + " devices");
    }
    Object x = inputs(batch);
    Object y = targets(batch);
    SimulatedLink link = new SimulatedLink(devices, bytesPerSecond, latency);
    DataParallel here = devices == 1
        ? new DataParallel(Keras.backend().devices().subList(0, 1))
        : new DataParallel(link);
    return here.scope(() -> {
      for (int i = 0; i < WARM; i++) {
        model.trainOnBatch(x, y);
      }
      link.reset();
      double best = Double.MAX_VALUE;
      double before = 0;
      for (int i = 0; i < TIMED; i++) {
        long start = System.nanoTime();
        model.trainOnBatch(x, y);
        double took = (System.nanoTime() - start) / 1e9 - (link.own() - before);
        before = link.own();
        best = Math.min(best, took);
      }
      return new Step(
          devices,
          best / speed,
          link.seconds() / TIMED,
          link.bytes() / TIMED,
          link.operations() / TIMED,
          memory((batch + devices - 1) / devices));
    });
  }

  private static long bytes(List<Variable> variables) {
    return variables.stream().mapToLong(v -> v.spec().bytes()).sum();
  }

  /** Weights, the optimizer's state, gradients, and what layers give, which the backward pass needs. */
  private double memory(int rows) {
    double sum = bytes(model.weights()) + bytes(model.trainableVariables());
    if (model.optimizer() != null) {
      sum += bytes(model.optimizer().variables());
    }
    double each = 0;
    for (Layer l : model.flattenLayers(false)) {
      TensorSpec out = output(l);
      if (out != null) {
        each += (double) elements(out.shape().slice(1)) * out.dtype().size();
      }
    }
    return sum + each * rows;
  }

  // of a layer that is no node of a graph nothing is known
  private static @Nullable TensorSpec output(Layer l) {
    if (l instanceof Model) {
      return null; // its layers are counted
    }
    try {
      return l.output().spec();
    } catch (IllegalStateException e) {
      return null;
    }
  }

  private static long elements(Shape s) {
    long n = 1;
    for (long d : s.toArray()) {
      n *= Math.max(1, d);
    }
    return n;
  }

  private Object inputs(int batch) {
    List<NDArray> out = new ArrayList<>();
    for (KerasTensor in : model.inputs()) {
      out.add(random(in.spec(), batch));
    }
    return out.size() == 1 ? out.get(0) : out;
  }

  private static NDArray random(TensorSpec spec, int batch) {
    Shape one = spec.shape().slice(1);
    for (long d : one.toArray()) {
      if (d < 0) {
        throw new IllegalArgumentException(
            "plan: the shape of an input, " + spec.shape() + ", is not known");
      }
    }
    if (spec.dtype() == DType.STRING) {
      throw new IllegalArgumentException("plan: an input of strings cannot be made up");
    }
    NDArray a = NDArray.zeros(spec.dtype(), one.insert(0, batch));
    if (spec.dtype().isFloat()) {
      java.util.Random r = new java.util.Random(1);
      for (int i = 0; i < a.size(); i++) {
        a.setDouble(i, r.nextDouble() - 0.5);
      }
    }
    return a; // whole numbers may be indices: 0 is always one
  }

  private Object targets(int batch) {
    String losses = String.valueOf(model.getCompileConfig().get("loss")).toLowerCase(Locale.ROOT);
    boolean sparse = losses.contains("sparse");
    List<NDArray> out = new ArrayList<>();
    for (KerasTensor t : model.outputs()) {
      Shape s = t.shape().slice(1);
      long[] dims = s.toArray();
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Math.max(1, dims[i]);
      }
      Shape whole = Shape.of(dims);
      out.add(
          sparse
              ? NDArray.zeros(
                  DType.INT32, whole.slice(0, Math.max(0, whole.rank() - 1)).insert(0, batch))
              : NDArray.zeros(DType.FLOAT32, whole.insert(0, batch)));
    }
    return out.size() == 1 ? out.get(0) : out;
  }
}
