package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.tensorflow.TensorFlowGraphs;
import org.keras4j.backend.tensorflow.TensorFlowTensors;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.models.Clone;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Trace;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.losses.MeanSquaredError;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.schedules.ExponentialDecay;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * A loop of TensorFlow-Java's, with Adam of its own and a rate that decays, over a graph with our model in it, normalization and
 * dropout included: every weight as after {@code fit}.
 */
@Tag("tensorflow")
class TensorFlowLoopTest {
  private static final int BATCH = 8;
  private static final int STEPS = 12;
  private static final double RATE = 0.02;

  private static NDArray numbers(long seed, long... dims) {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
    Random r = new Random(seed);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, r.nextGaussian());
    }
    return a;
  }

  // a bias before a normalization has gradients of noise, which Adam makes as large as others
  private static Sequential network() {
    return new Sequential(
        new Input(5),
        new Dense(8).activation("tanh").useBias(false),
        new BatchNormalization(),
        new Dropout(0.25).seed(11),
        new Dense(4).activation("tanh"),
        new Dense(1));
  }

  // graphs of TensorFlow-Java have no uint32, of which the state of dropout is
  private static TensorSpec spec(Variable v) {
    return v.dtype() == DType.UINT32 ? new TensorSpec(v.shape(), DType.INT64) : v.spec();
  }

  private static TType theirs(NDArray a) {
    return TensorFlowTensors.to(Ops.convertToTensor(a));
  }

  private static NDArray value(Variable v) {
    NDArray a = v.eager().toNDArray();
    return a.dtype() == DType.UINT32 ? a.astype(DType.INT64) : a;
  }

  /** Loss, gradients and new values of what is not trained, of batch, targets, weights and the rest. */
  private static org.keras4j.core.graph.Graph step(Sequential m) {
    int weights = m.trainableVariables().size();
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(TensorSpec.of(DType.FLOAT32, BATCH, 5));
    specs.add(TensorSpec.of(DType.FLOAT32, BATCH, 1));
    m.trainableVariables().forEach(v -> specs.add(spec(v)));
    m.nonTrainableVariables().forEach(v -> specs.add(spec(v)));
    try (Trace t = Trace.root()) {
      List<Tensor> in = t.inputs(specs);
      List<Tensor> others = new ArrayList<>();
      for (int i = 0; i < m.nonTrainableVariables().size(); i++) {
        DType type = m.nonTrainableVariables().get(i).dtype();
        others.add(Ops.cast(in.get(2 + weights + i), type));
      }
      Grad.Result result = Grad.valueAndGrad(
          w -> {
            var called = m.statelessCall(w, others, in.get(0), CallArgs.training(true));
            Tensor error = Ops.subtract((Tensor) called.outputs(), in.get(1));
            List<Tensor> out = new ArrayList<>(List.of(Ops.mean(Ops.square(error))));
            out.addAll(called.nonTrainableVariables());
            return out;
          },
          in.subList(2, 2 + weights),
          List.of());
      List<Tensor> out = new ArrayList<>(List.of(result.value()));
      out.addAll(result.grads());
      List<Tensor> changed = result.outputs().subList(1, result.outputs().size());
      for (int i = 0; i < changed.size(); i++) {
        out.add(Ops.cast(changed.get(i), spec(m.nonTrainableVariables().get(i)).dtype()));
      }
      return t.graph(out);
    }
  }

  @Test
  void trainsAsFitDoes() {
    Sequential model = network();
    Sequential fitted = (Sequential) model.cloneModel(Clone.defaults());
    fitted.setWeights(model.getWeights());
    NDArray x = numbers(1, (long) BATCH * STEPS, 5);
    NDArray y = numbers(2, (long) BATCH * STEPS, 1);
    ExponentialDecay schedule = new ExponentialDecay(RATE, 3, 0.5);
    fitted.compile(Compile.optimizer(new Adam(schedule)).loss(new MeanSquaredError()));
    fitted.fit(x, y, Fit.epochs(1).batchSize(BATCH).shuffle(false).verbose(0));

    int weights = model.trainableVariables().size();
    List<NDArray> others = new ArrayList<>();
    model.nonTrainableVariables().forEach(v -> others.add(value(v)));
    try (Graph graph = new Graph()) {
      var tf = org.tensorflow.op.Ops.create(graph);
      Placeholder<TFloat32> batch = tf.placeholder(TFloat32.class);
      Placeholder<TFloat32> wanted = tf.placeholder(TFloat32.class);
      Placeholder<TFloat32> rate = tf.placeholder(TFloat32.class);
      Placeholder<TFloat32> first = tf.placeholder(TFloat32.class);
      Placeholder<TFloat32> second = tf.placeholder(TFloat32.class);
      List<Operand<?>> given = new ArrayList<>(List.of(batch, wanted));
      List<Operand<?>> starts = new ArrayList<>();
      List<org.tensorflow.op.core.Variable<TFloat32>> variables = new ArrayList<>();
      for (Variable v : model.trainableVariables()) {
        var w = tf.variable(org.tensorflow.ndarray.Shape.of(v.shape().toArray()), TFloat32.class);
        starts.add(tf.assign(w, tf.constantOf((TFloat32) theirs(value(v)))));
        variables.add(w);
      }
      given.addAll(variables);
      List<Operand<?>> state = new ArrayList<>();
      for (NDArray a : others) {
        state.add(
            a.dtype() == DType.INT64
                ? tf.placeholder(TInt64.class)
                : tf.placeholder(TFloat32.class));
      }
      given.addAll(state);
      List<Output<?>> out = TensorFlowGraphs.add(graph, step(model), given);
      // no variable changes before all gradients are there: they are read where they lie
      var after = tf.withControlDependencies(new ArrayList<Op>(out));
      List<Operand<?>> updates = new ArrayList<>();
      for (int i = 0; i < weights; i++) {
        Operand<TFloat32> zero = tf.zeros(
            tf.constant(model.trainableVariables().get(i).shape().toArray()), TFloat32.class);
        var m = tf.variable(variables.get(i).shape(), TFloat32.class);
        var v = tf.variable(variables.get(i).shape(), TFloat32.class);
        starts.add(tf.assign(m, zero));
        starts.add(tf.assign(v, zero));
        @SuppressWarnings("unchecked")
        Operand<TFloat32> gradient = (Operand<TFloat32>) out.get(1 + i);
        updates.add(after.train.applyAdam(
            variables.get(i),
            m,
            v,
            first,
            second,
            rate,
            tf.constant(0.9f),
            tf.constant(0.999f),
            tf.constant(1e-7f),
            gradient));
      }
      try (Session s = new Session(graph)) {
        Session.Runner start = s.runner();
        starts.forEach(start::addTarget);
        start.run().close();
        for (int i = 0; i < STEPS; i++) {
          Session.Runner r = s.runner()
              .feed(batch, theirs(x.slice(BATCH * i, BATCH * (i + 1))))
              .feed(wanted, theirs(y.slice(BATCH * i, BATCH * (i + 1))))
              .feed(rate, TFloat32.scalarOf((float) (RATE * Math.pow(0.5, i / 3.0))))
              .feed(first, TFloat32.scalarOf((float) Math.pow(0.9, i + 1)))
              .feed(second, TFloat32.scalarOf((float) Math.pow(0.999, i + 1)));
          for (int k = 0; k < others.size(); k++) {
            r.feed(state.get(k), theirs(others.get(k)));
            r.fetch(out.get(1 + weights + k));
          }
          updates.forEach(r::addTarget);
          try (var result = r.run()) {
            for (int k = 0; k < others.size(); k++) {
              Tensor t = TensorFlowTensors.from((TType) result.get(k));
              others.set(k, t.toNDArray().copy());
            }
          }
        }
        Session.Runner end = s.runner();
        variables.forEach(end::fetch);
        try (var result = end.run()) {
          for (int i = 0; i < weights; i++) {
            NDArray got = TensorFlowTensors.from((TType) result.get(i)).toNDArray();
            same(fitted.trainableVariables().get(i), got);
          }
        }
      }
    }
    for (int k = 0; k < others.size(); k++) {
      same(fitted.nonTrainableVariables().get(k), others.get(k));
    }
  }

  private static void same(Variable want, NDArray got) {
    assertEquals(want.shape(), got.shape(), want.path());
    double[] w = value(want).toDoubleArray();
    assertArrayEquals(w, got.toDoubleArray(), 2e-4, want.path());
  }
}
