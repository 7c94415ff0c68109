package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.activations.PReLU;
import org.keras4j.layers.activations.Softmax;
import org.keras4j.layers.attention.Attention;
import org.keras4j.layers.attention.GroupQueryAttention;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.attention.PositionEmbedding;
import org.keras4j.layers.attention.SinePositionEncoding;
import org.keras4j.layers.convolution.Conv1D;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.Conv2DTranspose;
import org.keras4j.layers.convolution.Conv3D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.convolution.SeparableConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Masking;
import org.keras4j.layers.core.TernaryDense;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.merging.Dot;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.GroupNormalization;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.normalization.RMSNormalization;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Cropping2D;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.reshaping.Permute;
import org.keras4j.layers.reshaping.Reshape;
import org.keras4j.layers.reshaping.ZeroPadding2D;
import org.keras4j.layers.rnn.Bidirectional;
import org.keras4j.layers.rnn.GRU;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.layers.rnn.SimpleRNN;
import org.keras4j.layers.rnn.TimeDistributed;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.ops.compile.Jit;
import org.keras4j.ops.random.RandomOps;
import org.keras4j.tck.kit.KitTest;

/**
 * Layers of every family on a backend: {@link LayerTck}, and where they take masks, those; a training step; and the
 * layer out of a file.
 */
public final class LayerTests {
  private final List<KitTest> tests = new ArrayList<>();

  private LayerTests() {}

  /** The tests, for the backend in use. */
  public static List<KitTest> tests() {
    LayerTests t = new LayerTests();
    t.core();
    t.convolutionAndPooling();
    t.normalizationMergingReshaping();
    t.recurrent();
    t.attention();
    return t.tests;
  }

  private static Tensor x(long... shape) {
    return RandomOps.normal(shape, 0.0, 1.0, "float32", 7);
  }

  private void core() {
    on("dense", () -> new Dense(3).activation("tanh").name("fc"), () -> x(2, 5));
    on("dense in mixed precision", () -> new Dense(3).dtype("mixed_bfloat16"), () -> x(2, 4, 5));
    on("dense with LoRA", () -> new Dense(3).loraRank(2), () -> x(2, 5));
    on("ternary dense", () -> new TernaryDense(4), () -> x(2, 3, 5));
    on("ternary dense by a threshold", () -> new TernaryDense(4).threshold(0.2), () -> x(2, 5));
    on("sine position encoding", SinePositionEncoding::new, () -> x(2, 3, 5));
    on("position embedding", () -> new PositionEmbedding(7), () -> x(2, 3, 5));
    on("einsum dense", () -> new EinsumDense("abc,cd->abd", -1, 6).biasAxes("d"), () -> x(2, 3, 4));
    on(
        "embedding",
        () -> new Embedding(9, 4).maskZero(true),
        () -> Ops.array(new int[][] {{1, 2, 0}, {8, 0, 0}}));
    on("masking", () -> new Masking(0.0), () -> x(2, 3, 4));
    on("activation", () -> new Activation("gelu"), () -> x(2, 3));
    on("prelu", () -> new PReLU().sharedAxes(1), () -> x(2, 3, 4));
    on("softmax", Softmax::new, () -> x(2, 3));
  }

  private void convolutionAndPooling() {
    on("conv1d", () -> new Conv1D(4, 3).padding("causal").dilationRate(2), () -> x(2, 7, 3));
    on(
        "conv2d",
        () -> new Conv2D(4, 3).strides(2).padding("same").activation("relu"),
        () -> x(2, 7, 7, 3));
    on(
        "conv2d of channels first",
        () -> new Conv2D(4, 3).groups(2).dataFormat("channels_first"),
        () -> x(2, 4, 7, 7));
    on("conv3d", () -> new Conv3D(2, 2), () -> x(1, 4, 4, 4, 2));
    on("conv2d transpose", () -> new Conv2DTranspose(4, 3).strides(2), () -> x(2, 5, 5, 3));
    on("depthwise conv2d", () -> new DepthwiseConv2D(3).depthMultiplier(2), () -> x(2, 5, 5, 3));
    on("separable conv2d", () -> new SeparableConv2D(4, 3), () -> x(2, 5, 5, 3));
    on("max pooling", () -> new MaxPooling2D(2), () -> x(2, 5, 5, 3));
    on("average pooling", () -> new AveragePooling2D(2).padding("same"), () -> x(2, 5, 5, 3));
    on("global average pooling", GlobalAveragePooling1D::new, () -> x(2, 5, 3));
  }

  private void normalizationMergingReshaping() {
    on("batch normalization", BatchNormalization::new, () -> x(4, 3, 5));
    on("layer normalization", () -> new LayerNormalization().axis(1, 2), () -> x(2, 3, 4));
    on("RMS normalization", RMSNormalization::new, () -> x(2, 3, 4));
    on("group normalization", () -> new GroupNormalization(2), () -> x(2, 5, 5, 4));
    on("add", Add::new, () -> List.of(x(2, 3), x(2, 3)));
    on("concatenate", () -> new Concatenate(1), () -> List.of(x(2, 3), x(2, 4)));
    on("dot", () -> new Dot(1).normalize(true), () -> List.of(x(2, 3), x(2, 3)));
    on("flatten", Flatten::new, () -> x(2, 3, 4));
    on("reshape", () -> new Reshape(-1, 2), () -> x(2, 3, 4));
    on("permute", () -> new Permute(2, 1), () -> x(2, 3, 4));
    on("zero padding", () -> new ZeroPadding2D(1, 2), () -> x(2, 3, 4, 1));
    on("cropping", () -> new Cropping2D(1, 1, 0, 2), () -> x(2, 4, 5, 1));
    on("dropout", () -> new Dropout(0.5), () -> x(2, 3));
  }

  private void recurrent() {
    on("simple RNN", () -> new SimpleRNN(3), () -> x(2, 4, 5));
    on("LSTM", () -> new LSTM(3).returnSequences(true).returnState(true), () -> x(2, 4, 5));
    on("GRU", () -> new GRU(3).resetAfter(false).goBackwards(true), () -> x(2, 4, 5));
    on(
        "bidirectional",
        () -> new Bidirectional(new LSTM(3).returnSequences(true)),
        () -> x(2, 4, 5));
    on("time distributed", () -> new TimeDistributed(new Dense(3)), () -> x(2, 4, 5));
  }

  private void attention() {
    on("attention", Attention::new, () -> List.of(x(2, 3, 8), x(2, 5, 8)));
    called("multi-head attention", () -> new MultiHeadAttention(2, 4), "value", () -> x(2, 5, 8));
    called(
        "causal multi-head attention",
        () -> new MultiHeadAttention(2, 4),
        "use_causal_mask",
        () -> true);
    called(
        "group-query attention", () -> new GroupQueryAttention(4, 4, 2), "value", () -> x(2, 3, 8));
  }

  /** A layer whose call takes a further argument. */
  private void called(String name, Supplier<Layer> layer, String argument, Supplier<Object> value) {
    tests.add(new KitTest(name, () -> {
      Tensor q = x(2, 3, 8);
      CallArgs args = CallArgs.of(argument, value.get());
      LayerTck.check(layer.get(), q, argument.equals("value") ? args : args.with("value", q));
    }));
  }

  private void on(String name, Supplier<Layer> layer, Supplier<Object> inputs) {
    tests.add(new KitTest(name, () -> {
      Object in = inputs.get();
      LayerTck.check(layer.get(), in);
      masked(layer.get(), in);
      trained(layer.get(), in);
    }));
  }

  /** With a mask of time steps, eagerly and compiled. */
  private static void masked(Layer layer, Object inputs) {
    if (!(inputs instanceof Tensor t) || t.shape().rank() != 3 || !layer.isSupportsMasking()) {
      return;
    }
    boolean[][] steps = new boolean[t.shape().intDim(0)][t.shape().intDim(1)];
    for (int i = 0; i < steps.length; i++) {
      java.util.Arrays.fill(steps[i], 0, Math.max(1, steps[i].length - 1 - i), true);
    }
    Tensor mask = Ops.array(steps);
    Object eager = masked(layer, t, mask);
    Jit jit =
        Jit.of(in -> masked(layer, (Tensor) ((List<?>) in).get(0), (Tensor) ((List<?>) in).get(1)));
    LayerTck.same(layer.name() + " masked", eager, jit.call(List.of(t, mask)));
  }

  private static Object masked(Layer layer, Tensor t, Tensor mask) {
    Tensor in = Ops.multiply(t, 1);
    in.setKerasMask(mask);
    Object out = layer.invokeNested(in, CallArgs.of());
    Tensor first = Nest.tensors(out).get(0);
    Tensor passed = first.kerasMask();
    if (passed == null) {
      return out;
    }
    assertTrue(
        passed.shape().isCompatible(first.shape().slice(0, passed.shape().rank())),
        () -> layer.name() + ": a mask " + passed.shape() + " of a result " + first.shape());
    return List.of(out, Ops.cast(passed, "int32"));
  }

  /** In a model: one step moves every weight that is trained, and a file keeps it. */
  private static void trained(Layer layer, Object inputs) throws IOException {
    Map<Tensor, KerasTensor> made = new IdentityHashMap<>();
    Object symbols = Nest.map(
        inputs,
        v -> v instanceof Tensor t
            ? made.computeIfAbsent(
                t, k -> new KerasTensor(k.spec().withShape(k.shape().with(0, Shape.UNKNOWN)), "x"))
            : v);
    Tensor out = Nest.tensors(layer.invokeNested(symbols, CallArgs.of())).get(0);
    Model m = new Functional(symbols, out);
    m.compile("sgd", "mse");
    Object x = Nest.map(inputs, v -> v instanceof Tensor t ? t.toNDArray() : v);
    NDArray y = m.predict(x);
    List<NDArray> before = m.getWeights();
    NDArray ones = NDArray.zeros(y.dtype(), y.shape());
    for (int i = 0; i < ones.size(); i++) {
      ones.setDouble(i, 1);
    }
    double loss = m.trainOnBatch(x, ones).get("loss");
    assertTrue(Double.isFinite(loss), () -> layer.name() + ": a loss of " + loss);
    if (!layer.trainableVariables().isEmpty()) {
      assertTrue(!before.equals(m.getWeights()), layer.name() + ": no weight was trained");
    }
    Path file = Files.createTempFile("keras4j-kit", ".keras");
    try {
      m.save(file);
      Model copy = Model.load(file);
      LayerTck.same(
          layer.name() + " out of a file",
          Ops.convertToTensor(m.predict(x)),
          Ops.convertToTensor(copy.predict(x)));
    } finally {
      Files.delete(file);
    }
  }
}
