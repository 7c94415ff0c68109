package org.keras4j.peers;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** TensorFlow-Java: graphs and sessions. It has no layers, so these are written out. */
public final class Main implements Library {
  private static final int VOCABULARY = 20_000;

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Session session = new Session(graph);
  private long params;

  public static void main(String[] args) {
    Program.run(new Main(), args);
  }

  @Override
  public String peer() {
    return "tfjava";
  }

  @Override
  public String backend() {
    return "tensorflow";
  }

  @Override
  public String versions() {
    return "TF-Java 1.1.0 TensorFlow " + TensorFlow.version();
  }

  @Override
  public Job prepare(String workload, Batches b) {
    int n = b.size();
    switch (workload) {
      case "mlp_train" -> {
        Placeholder<TFloat32> in = floats(Shape.of(n, 784));
        Operand<TFloat32> x = tf.nn.relu(dense(in, 784, 512));
        Operand<TFloat32> out = dense(tf.nn.relu(dense(x, 512, 512)), 512, 10);
        return classifier(in, out, b.normalPool(784), b.tokenPool(10, 1), Shape.of(n, 784));
      }
      case "cnn_train" -> {
        Shape shape = Shape.of(n, 28, 28, 1);
        Placeholder<TFloat32> in = floats(shape);
        return classifier(in, convolutional(in, n), b.normalPool(784), b.tokenPool(10, 1), shape);
      }
      case "lstm_train" -> {
        return recurrent(b);
      }
      case "predict_latency" -> {
        return prediction(b, "1");
      }
      case "compiled_dispatch_3" -> {
        return prediction(b, "predict_on_batch");
      }
      default -> {
        return null; // there is no fit
      }
    }
  }

  private Job classifier(
      Placeholder<TFloat32> in, Operand<TFloat32> logits, float[][] x, int[][] y, Shape shape) {
    Placeholder<TInt32> labels =
        tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(shape.get(0))));
    // the loss of labels has no gradient here, that of vectors has
    Operand<TFloat32> targets =
        tf.oneHot(labels, tf.constant(10), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> loss = mean(tf.nn.softmaxCrossEntropyWithLogits(logits, targets).loss());
    Op train = new Adam(graph, 1e-3f).minimize(loss);
    Step step = k -> {
      try (TFloat32 a = TFloat32.tensorOf(shape, DataBuffers.of(x[k % 4]));
          TInt32 b = TInt32.vectorOf(y[k % 4]);
          Result r =
              session.runner().feed(in, a).feed(labels, b).addTarget(train).fetch(loss).run()) {
        return ((TFloat32) r.get(0)).getFloat();
      }
    };
    return new Job("", step, params);
  }

  private Job recurrent(Batches b) {
    int n = b.size();
    int[][] x = b.tokenPool(VOCABULARY, 80);
    int[][] y = b.tokenPool(2, 1);
    Placeholder<TInt32> ids = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(n, 80)));
    Placeholder<TFloat32> labels = floats(Shape.of(n, 1));
    Operand<TFloat32> logits = dense(unrolled(ids, n), 64, 1);
    Operand<TFloat32> loss = mean(tf.math.sub(tf.math.softplus(logits), tf.math.mul(logits, labels)));
    Op train = new Adam(graph, 1e-3f).minimize(loss);
    Step step = k -> {
      try (TInt32 tokens = TInt32.tensorOf(Shape.of(n, 80), DataBuffers.of(x[k % 4]));
          TFloat32 targets =
              TFloat32.tensorOf(Shape.of(n, 1), DataBuffers.of(Batches.floats(y[k % 4])));
          Result r = session
              .runner()
              .feed(ids, tokens)
              .feed(labels, targets)
              .addTarget(train)
              .fetch(loss)
              .run()) {
        return ((TFloat32) r.get(0)).getFloat();
      }
    };
    return new Job("", step, params);
  }

  private Job prediction(Batches b, String part) {
    int n = b.size();
    float[][] x = b.normalPool(8);
    Placeholder<TFloat32> in = floats(Shape.of(n, 8));
    Operand<TFloat32> y = tf.nn.relu(dense(tf.nn.relu(dense(in, 8, 8)), 8, 8));
    Operand<TFloat32> out = tf.nn.softmax(dense(y, 8, 8));
    float[] host = new float[n * 8];
    Step step = k -> {
      try (TFloat32 a = TFloat32.tensorOf(Shape.of(n, 8), DataBuffers.of(x[k % 4]));
          Result r = session.runner().feed(in, a).fetch(out).run()) {
        ((TFloat32) r.get(0)).asRawTensor().data().asFloats().read(host);
        return host[0];
      }
    };
    return new Job(part, step, params);
  }

  private Placeholder<TFloat32> floats(Shape shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(shape));
  }

  private Operand<TFloat32> mean(Operand<TFloat32> x) {
    return tf.math.mean(tf.reshape(x, tf.constant(new int[] {-1})), tf.constant(0));
  }

  private Variable<TFloat32> weight(double scale, int... shape) {
    params += Shape.of(java.util.Arrays.stream(shape).asLongStream().toArray()).size();
    Operand<TFloat32> random = tf.random.truncatedNormal(tf.constant(shape), TFloat32.class);
    return tf.variable(tf.math.mul(random, tf.constant((float) scale)));
  }

  private Variable<TFloat32> zeros(int width) {
    params += width;
    return tf.variable(tf.constant(new float[width]));
  }

  private Operand<TFloat32> dense(Operand<TFloat32> x, int inputs, int units) {
    double scale = Math.sqrt(2.0 / (inputs + units));
    return tf.nn.biasAdd(tf.linalg.matMul(x, weight(scale, inputs, units)), zeros(units));
  }

  private Operand<TFloat32> convolved(Operand<TFloat32> x, int inputs, int filters) {
    double scale = Math.sqrt(2.0 / (9 * (inputs + filters)));
    List<Long> ones = List.of(1L, 1L, 1L, 1L);
    Operand<TFloat32> y =
        tf.nn.conv2d(x, weight(scale, 3, 3, inputs, filters), ones, "VALID");
    Operand<TInt32> two = tf.constant(new int[] {1, 2, 2, 1});
    return tf.nn.maxPool(tf.nn.relu(tf.nn.biasAdd(y, zeros(filters))), two, two, "VALID");
  }

  private Operand<TFloat32> convolutional(Operand<TFloat32> in, int n) {
    Operand<TInt32> flat = tf.constant(new int[] {n, 1600});
    Operand<TFloat32> x = tf.reshape(convolved(convolved(in, 1, 32), 32, 64), flat);
    Operand<TFloat32> random = tf.random.randomUniform(flat, TFloat32.class);
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(random, tf.constant(0.5f)), TFloat32.class);
    return dense(tf.math.mul(x, tf.math.mul(kept, tf.constant(2f))), 1600, 10);
  }

  /** The LSTM's 80 steps one after another, gates in the order i, f, g, o. */
  private Operand<TFloat32> unrolled(Operand<TInt32> ids, int n) {
    Variable<TFloat32> table = weight(0.05, VOCABULARY, 128);
    Variable<TFloat32> kernel = weight(Math.sqrt(2.0 / (192 + 256)), 192, 256);
    Variable<TFloat32> bias = zeros(256);
    Operand<TFloat32> h = tf.constant(new float[n][64]);
    Operand<TFloat32> c = h;
    Operand<TFloat32> rows = tf.gather(table, ids, tf.constant(0));
    for (Operand<TFloat32> x : tf.unstack(rows, 80L, Unstack.axis(1L))) {
      Operand<TFloat32> sums = tf.nn.biasAdd(
          tf.linalg.matMul(tf.concat(List.of(x, h), tf.constant(1)), kernel), bias);
      var gates = tf.split(tf.constant(1), sums, 4L).output();
      c = tf.math.add(
          tf.math.mul(tf.math.sigmoid(gates.get(1)), c),
          tf.math.mul(tf.math.sigmoid(gates.get(0)), tf.math.tanh(gates.get(2))));
      h = tf.math.mul(tf.math.sigmoid(gates.get(3)), tf.math.tanh(c));
    }
    return h;
  }
}
