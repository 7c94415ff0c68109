package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
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
import org.keras4j.layers.convolution.Conv1D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.ops.grad.Grad;
import org.keras4j.ops.internal.engine.Trace;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Layers of ours in graphs and training loops that are TensorFlow-Java's. */
@Tag("tensorflow")
class PlainGraphTest {
  private static final int BATCH = 16;

  private static NDArray normal(long seed, long... dims) {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
    Random r = new Random(seed);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, r.nextGaussian());
    }
    return a;
  }

  private static TFloat32 theirs(NDArray a) {
    return (TFloat32) TensorFlowTensors.to(Ops.convertToTensor(a));
  }

  private static org.keras4j.core.graph.Graph traced(
      List<TensorSpec> specs, Function<List<Tensor>, List<Tensor>> f) {
    try (Trace t = Trace.root()) {
      return t.graph(f.apply(t.inputs(specs)));
    }
  }

  private static Tensor call(Sequential m, Tensor x, List<Tensor> weights) {
    List<Tensor> seeds =
        m.nonTrainableVariables().stream().map(v -> (Tensor) v.eager()).toList();
    return (Tensor) m.statelessCall(weights, seeds, x, CallArgs.of()).outputs();
  }

  /** A plain graph with our model in it, its weights in variables of TensorFlow's. */
  private static final class Program implements AutoCloseable {
    final Graph graph = new Graph();
    final org.tensorflow.op.Ops tf = org.tensorflow.op.Ops.create(graph);
    final Sequential model;
    final List<TensorSpec> specs = new ArrayList<>();
    final List<org.tensorflow.op.core.Variable<TFloat32>> variables = new ArrayList<>();
    final List<Operand<?>> starts = new ArrayList<>();
    final Placeholder<TFloat32> x = tf.placeholder(TFloat32.class);
    final Placeholder<TFloat32> y = tf.placeholder(TFloat32.class);

    Program(Sequential model, long... input) {
      this.model = model;
      specs.add(TensorSpec.of(DType.FLOAT32, input));
      for (Variable v : model.trainableVariables()) {
        specs.add(v.spec());
        var first = tf.constantOf(theirs(v.eager().toNDArray()));
        variables.add(variable(first, v.shape()));
      }
    }

    org.tensorflow.op.core.Variable<TFloat32> variable(Operand<TFloat32> first, Shape shape) {
      var v = tf.variable(org.tensorflow.ndarray.Shape.of(shape.toArray()), TFloat32.class);
      starts.add(tf.assign(v, first));
      return v;
    }

    org.tensorflow.op.core.Variable<TFloat32> zeros(Shape shape) {
      return variable(tf.zeros(tf.constant(shape.toArray()), TFloat32.class), shape);
    }

    List<Output<?>> add(org.keras4j.core.graph.Graph function, List<Operand<?>> first) {
      List<Operand<?>> in = new ArrayList<>(first);
      in.addAll(variables);
      return TensorFlowGraphs.add(graph, function, in);
    }

    /** Runs steps on the same data; the first and the last loss. */
    double[] train(Operand<?> loss, List<? extends Operand<?>> updates, NDArray a, NDArray b) {
      double[] out = new double[2];
      try (Session s = new Session(graph);
          TFloat32 in = theirs(a);
          TFloat32 wanted = theirs(b)) {
        Session.Runner start = s.runner();
        starts.forEach(start::addTarget);
        start.run().close();
        for (int i = 0; i < 100; i++) {
          Session.Runner r = s.runner().feed(x, in).feed(y, wanted).fetch(loss);
          updates.forEach(r::addTarget);
          try (var result = r.run()) {
            out[i == 0 ? 0 : 1] = ((TFloat32) result.get(0)).getFloat();
          }
        }
      }
      return out;
    }

    @Override
    public void close() {
      graph.close();
    }
  }

  private static Sequential network() {
    return new Sequential(new Input(4), new Dense(16).activation("tanh"), new Dense(1));
  }

  private static NDArray wanted(NDArray x) {
    NDArray y = NDArray.zeros(DType.FLOAT32, Shape.of(BATCH, 1));
    for (int i = 0; i < BATCH; i++) {
      y.setDouble(i, x.getDouble(4 * i) * x.getDouble(4 * i + 1));
    }
    return y;
  }

  /** Forward by us; loss, gradients and updates by TensorFlow's nodes. */
  @Test
  void learnsByTheGradientsOfTensorFlow() {
    NDArray data = normal(1, BATCH, 4);
    try (Program p = new Program(network(), -1, 4)) {
      Sequential m = p.model;
      Output<?> out = p.add(
              traced(p.specs, in -> List.of(call(m, in.get(0), in.subList(1, in.size())))),
              List.of(p.x))
          .get(0);
      @SuppressWarnings("unchecked")
      Operand<TFloat32> ours = (Operand<TFloat32>) out;
      Operand<TFloat32> loss =
          p.tf.math.mean(p.tf.math.squaredDifference(ours, p.y), p.tf.constant(new int[] {0, 1}));
      Output<?>[] by = p.variables.stream().map(Operand::asOutput).toArray(Output<?>[]::new);
      Output<?>[] gradients = p.graph.addGradients(loss.asOutput(), by);
      List<Operand<?>> updates = new ArrayList<>();
      for (int i = 0; i < by.length; i++) {
        @SuppressWarnings("unchecked")
        Operand<TFloat32> g = (Operand<TFloat32>) gradients[i];
        updates.add(p.tf.train.applyGradientDescent(p.variables.get(i), p.tf.constant(0.1f), g));
      }
      double[] losses = p.train(loss, updates, data, wanted(data));
      double first = Ops.mean(Ops.square(Ops.subtract(m.predict(data), wanted(data))))
          .toNDArray()
          .item();
      assertEquals(first, losses[0], 1e-5);
      assertTrue(losses[1] < losses[0] / 4, "from " + losses[0] + " to " + losses[1]);
    }
  }

  /** Forward and gradients by us, updates by TensorFlow's Adam. */
  @Test
  void learnsByOurGradients() {
    NDArray data = normal(2, BATCH, 6, 3);
    Sequential model = new Sequential(
        new Input(6, 3), new Conv1D(4, 2).activation("relu"), new LSTM(5), new Dense(1));
    NDArray y = normal(3, BATCH, 1);
    try (Program p = new Program(model, BATCH, 6, 3)) {
      List<TensorSpec> specs = new ArrayList<>(p.specs);
      specs.add(1, y.spec());
      org.keras4j.core.graph.Graph g = traced(specs, in -> {
        var result = Grad.valueAndGrad(
            w -> List.of(Ops.mean(Ops.square(Ops.subtract(call(model, in.get(0), w), in.get(1))))),
            in.subList(2, in.size()),
            List.of());
        List<Tensor> out = new ArrayList<>(List.of(result.value()));
        out.addAll(result.grads());
        return out;
      });
      List<Output<?>> out = p.add(g, List.of(p.x, p.y));
      List<Operand<?>> updates = new ArrayList<>();
      Operand<TFloat32> rate = p.tf.constant(0.01f);
      Operand<TFloat32> power = p.tf.constant(0f); // no correction of the first steps' means
      for (int i = 0; i < p.variables.size(); i++) {
        Shape s = p.specs.get(i + 1).shape();
        @SuppressWarnings("unchecked")
        Operand<TFloat32> gradient = (Operand<TFloat32>) out.get(i + 1);
        updates.add(p.tf.train.applyAdam(
            p.variables.get(i),
            p.zeros(s),
            p.zeros(s),
            power,
            power,
            rate,
            p.tf.constant(0.9f),
            p.tf.constant(0.999f),
            p.tf.constant(1e-7f),
            gradient));
      }
      double[] losses = p.train(out.get(0), updates, data, y);
      double first =
          Ops.mean(Ops.square(Ops.subtract(model.predict(data), y))).toNDArray().item();
      assertEquals(first, losses[0], 1e-5);
      assertTrue(losses[1] < losses[0] / 2, "from " + losses[0] + " to " + losses[1]);
    }
  }

  @Test
  void wrongInputsAreNamed() {
    org.keras4j.core.graph.Graph g =
        traced(List.of(TensorSpec.of(DType.FLOAT32, 2)), in -> List.of(Ops.tanh(in.get(0))));
    try (Graph graph = new Graph();
        Graph other = new Graph()) {
      org.tensorflow.op.Ops tf = org.tensorflow.op.Ops.create(graph);
      Operand<TInt32> ints = tf.constant(new int[] {1, 2});
      for (List<Operand<?>> wrong : List.<List<Operand<?>>>of(
          List.of(),
          List.of(ints),
          List.of(tf.constant(new float[] {1, 2, 3})),
          List.of(org.tensorflow.op.Ops.create(other).constant(new float[] {1, 2})))) {
        Exception e = assertThrows(
            IllegalArgumentException.class, () -> TensorFlowGraphs.add(graph, g, wrong));
        assertTrue(e.getMessage().startsWith("Expected"), e.getMessage());
      }
    }
  }
}
