package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.activations.Activation;
import org.keras4j.layers.activations.PReLU;
import org.keras4j.layers.activations.Softmax;
import org.keras4j.layers.attention.Attention;
import org.keras4j.layers.attention.GroupQueryAttention;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv1D;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.Conv2DTranspose;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.convolution.SeparableConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Identity;
import org.keras4j.layers.core.Lambda;
import org.keras4j.layers.core.Masking;
import org.keras4j.layers.merging.Add;
import org.keras4j.layers.merging.Concatenate;
import org.keras4j.layers.merging.Dot;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.normalization.GroupNormalization;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.normalization.RMSNormalization;
import org.keras4j.layers.normalization.SpectralNormalization;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.pooling.MaxPooling2D;
import org.keras4j.layers.preprocessing.Discretization;
import org.keras4j.layers.preprocessing.Hashing;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Cropping2D;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.reshaping.Permute;
import org.keras4j.layers.reshaping.Reshape;
import org.keras4j.layers.reshaping.ZeroPadding2D;
import org.keras4j.layers.rnn.Bidirectional;
import org.keras4j.layers.rnn.GRU;
import org.keras4j.layers.rnn.GRUCell;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.layers.rnn.LSTMCell;
import org.keras4j.layers.rnn.SimpleRNN;
import org.keras4j.layers.rnn.SimpleRNNCell;
import org.keras4j.layers.rnn.StackedRNNCells;
import org.keras4j.layers.rnn.TimeDistributed;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

class LayersTest {
  private static Tensor x(long... shape) {
    return RandomOps.normal(shape, 0.0, 1.0, "float32", 7);
  }

  @Test
  void core() {
    LayerTck.check(new Dense(3).activation("tanh").name("fc"), x(2, 5));
    LayerTck.check(new Dense(3).dtype("mixed_bfloat16"), x(2, 4, 5));
    LayerTck.check(new Dense(3).loraRank(2), x(2, 5));
    LayerTck.check(new EinsumDense("abc,cd->abd", -1, 6).biasAxes("d"), x(2, 3, 4));
    LayerTck.check(new Embedding(9, 4).maskZero(true), Ops.array(new int[][] {{1, 2, 0}, {8, 0, 0}
    }));
    LayerTck.check(new Masking(0.0), x(2, 3, 4));
    LayerTck.check(new Activation("gelu"), x(2, 3));
    LayerTck.check(new PReLU().sharedAxes(1), x(2, 3, 4));
    LayerTck.check(new Softmax(), x(2, 3));
  }

  @Test
  void convolutionAndPooling() {
    LayerTck.check(new Conv1D(4, 3).padding("causal").dilationRate(2), x(2, 7, 3));
    LayerTck.check(new Conv2D(4, 3).strides(2).padding("same").activation("relu"), x(2, 7, 7, 3));
    LayerTck.check(new Conv2D(4, 3).groups(2).dataFormat("channels_first"), x(2, 4, 7, 7));
    LayerTck.check(new Conv2DTranspose(4, 3).strides(2), x(2, 5, 5, 3));
    LayerTck.check(new DepthwiseConv2D(3).depthMultiplier(2), x(2, 5, 5, 3));
    LayerTck.check(new SeparableConv2D(4, 3), x(2, 5, 5, 3));
    LayerTck.check(new MaxPooling2D(2), x(2, 5, 5, 3));
    LayerTck.check(new AveragePooling2D(2).padding("same"), x(2, 5, 5, 3));
    LayerTck.check(new GlobalAveragePooling1D(), x(2, 5, 3));
  }

  @Test
  void normalizationMergingReshaping() {
    LayerTck.check(new BatchNormalization(), x(4, 3, 5));
    LayerTck.check(new LayerNormalization().axis(1, 2), x(2, 3, 4));
    LayerTck.check(new GroupNormalization(2), x(2, 5, 5, 4));
    LayerTck.check(new Add(), List.of(x(2, 3), x(2, 3)));
    LayerTck.check(new Concatenate(1), List.of(x(2, 3), x(2, 4)));
    LayerTck.check(new Dot(1).normalize(true), List.of(x(2, 3), x(2, 3)));
    LayerTck.check(new Flatten(), x(2, 3, 4));
    LayerTck.check(new Reshape(-1, 2), x(2, 3, 4));
    LayerTck.check(new Permute(2, 1), x(2, 3, 4));
    LayerTck.check(new ZeroPadding2D(1, 2), x(2, 3, 4, 1));
    LayerTck.check(new Cropping2D(1, 1, 0, 2), x(2, 4, 5, 1));
    LayerTck.check(new Dropout(0.5), x(2, 3));
  }

  @Test
  void recurrent() {
    LayerTck.check(new SimpleRNN(3), x(2, 4, 5));
    LayerTck.check(new LSTM(3).returnSequences(true).returnState(true), x(2, 4, 5));
    LayerTck.check(new GRU(3).resetAfter(false).goBackwards(true), x(2, 4, 5));
    LayerTck.check(new Bidirectional(new LSTM(3).returnSequences(true)), x(2, 4, 5));
    LayerTck.check(new TimeDistributed(new Dense(3)), x(2, 4, 5));
  }

  @Test
  void wholeSequencesAgreeWithSteps() {
    Tensor in = x(2, 4, 5);
    LSTM whole = new LSTM(3).returnSequences(true);
    Tensor expected = whole.invoke(in);
    LSTM steps = new LSTM(3).returnSequences(true).unroll(true);
    steps.invoke(in);
    steps.setWeights(whole.getWeights());
    Tensor off = Ops.max(Ops.abs(Ops.subtract(expected, steps.invoke(in))));
    assertTrue(off.item() < 1e-5, () -> "differs by " + off.item());
  }

  @Test
  void attention() {
    Tensor q = x(2, 3, 8);
    LayerTck.check(new MultiHeadAttention(2, 4), q, CallArgs.of("value", x(2, 5, 8)));
    LayerTck.check(
        new MultiHeadAttention(2, 4), q, CallArgs.of("value", q, "use_causal_mask", true));
    LayerTck.check(new GroupQueryAttention(4, 4, 2), q, CallArgs.of("value", q));
    LayerTck.check(new Attention(), List.of(q, x(2, 5, 8)));
  }

  @Test
  void preprocessing() {
    Normalization n = new Normalization();
    n.adapt(Ops.array(new float[][] {{1, 10}, {3, 30}}));
    assertEquals(
        -1, Ops.array(n.invoke(Ops.array(new float[][] {{1, 10}}))).toNDArray().getDouble(0), 1e-6);
    StringLookup lookup = new StringLookup().vocabulary(List.of("a", "b"));
    assertEquals(
        "[0, 2, 1]",
        Arrays.toString(lookup.invoke(List.of("z", "b", "a")).toNDArray().toLongArray()));
    TextVectorization text = new TextVectorization().outputSequenceLength(4);
    text.adapt(List.of("to be, or not to be"));
    // equally frequent tokens stand in descending order: "to" before "be"
    assertEquals(
        "[2, 3, 0, 0]",
        Arrays.toString(text.invoke(List.of("To BE!")).toNDArray().toLongArray()));
    assertEquals(
        "[0, 0, 1, 0, 0]",
        Arrays.toString(new Hashing(2)
            .invoke(List.of("omar", "stringer", "marlo", "wire", "skywalker"))
            .toNDArray()
            .toLongArray()));
  }

  @Test
  void clearErrors() {
    Dense d = new Dense(3);
    d.invoke(x(2, 5));
    String wrong =
        assertThrows(IllegalArgumentException.class, () -> d.invoke(x(2, 4))).getMessage();
    assertTrue(wrong.contains("expected last dimension 5"), wrong);
    assertThrows(IllegalStateException.class, () -> d.activation("relu"));
    assertThrows(IllegalArgumentException.class, () -> new Dense(0));
    assertThrows(IllegalArgumentException.class, () -> new Conv2D(4, 3).groups(3));
    assertThrows(IllegalArgumentException.class, () -> new Dense(3).kernelInitializer("nonsense"));
    assertThrows(IllegalStateException.class, () -> new Lambda((Tensor t) -> t).getConfig());
  }

  @Test
  void loraTrainsTheUpdateAlone() {
    Dense d = new Dense(3);
    Tensor in = x(2, 5);
    Tensor before = d.invoke(in);
    d.enableLora(2);
    assertEquals(0, Ops.max(Ops.abs(Ops.subtract(before, d.invoke(in)))).item());
    assertEquals(
        List.of("bias", "lora_kernel_a", "lora_kernel_b"),
        d.trainableWeights().stream().map(Variable::name).toList());
  }

  @Test
  void normalizationOfIntegers() {
    Tensor in = Ops.array(new int[][] {{1, 2, 4, 9}});
    assertEquals("int32", Ops.layerNormalization(in, null, null).dtype().kerasName());
    assertEquals(
        "[0, 0, 0, 1]",
        Arrays.toString(Ops.layerNormalization(in, null, null).toNDArray().toLongArray()));
    Tensor rms = new RMSNormalization().invoke(in);
    assertEquals("int32", rms.dtype().kerasName());
    assertEquals("[0, 0, 0, 1]", Arrays.toString(rms.toNDArray().toLongArray()));
    assertEquals("float32", new LayerNormalization().invoke(in).dtype().kerasName());
  }

  @Test
  void layerNormalizationPassesMasks() {
    Tensor in = x(2, 3, 4);
    Tensor mask = Ops.array(new boolean[][] {{true, true, false}, {true, false, false}});
    in.setKerasMask(mask);
    assertEquals(mask, new LayerNormalization().invoke(in).kerasMask());
  }

  @Test
  void activityRegularizerOfMultiHeadAttentionIsForProjections() {
    Layer attention = new MultiHeadAttention(2, 4).activityRegularizer("l2");
    attention.invoke(x(2, 3, 8), CallArgs.of("value", x(2, 5, 8)));
    assertEquals(4, attention.losses().size());
  }

  @Test
  void spectralNormalizationInLowPrecisionKeepsTheDtypes() {
    Dense inner = new Dense(2).dtype("mixed_bfloat16");
    SpectralNormalization layer = new SpectralNormalization(inner);
    layer.dtype("mixed_bfloat16").invoke(x(2, 4), CallArgs.of("training", true));
    Tensor kernel = inner.weights().get(0).value();
    assertEquals("float32", kernel.dtype().kerasName());
    Tensor coarse = Ops.cast(Ops.cast(kernel, "bfloat16"), "float32");
    assertEquals(0, Ops.max(Ops.abs(Ops.subtract(kernel, coarse))).item());
  }

  @Test
  void stackedCellsTakeSingleStates() {
    StackedRNNCells cells = new StackedRNNCells(new SimpleRNNCell(2), new GRUCell(3));
    List<?> out =
        (List<?>) cells.invokeNested(x(2, 4), CallArgs.of("states", List.of(x(2, 2), x(2, 3))));
    List<?> states = (List<?>) out.get(1);
    assertEquals(Shape.of(2, 2), ((Tensor) states.get(0)).shape());
    assertEquals(Shape.of(2, 3), ((Tensor) states.get(1)).shape());
  }

  @Test
  void cellsWantAllTheirStates() {
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class,
        () -> new LSTMCell(2).invokeNested(x(2, 4), CallArgs.of("states", x(2, 2))));
    assertTrue(e.getMessage().contains("2 states"), e.getMessage());
  }

  @Test
  void floatInputsBecomeTheIntegersOfAPolicy() {
    Tensor in = Ops.array(new float[][] {{1.7f, -2.2f}});
    Tensor out = new Identity().dtype("int32").invoke(in);
    assertEquals("int32", out.dtype().kerasName());
    assertEquals("[1, -2]", Arrays.toString(out.toNDArray().toLongArray()));
    Tensor bins = new Discretization(new double[] {0.5, 1.5}).dtype("int32").invoke(in);
    assertEquals("[2, 0]", Arrays.toString(bins.toNDArray().toLongArray()));
  }

  @Test
  void singleStringsGiveScalars() {
    assertEquals(Shape.SCALAR, new Hashing(3).invoke("a").shape());
    assertEquals(
        Shape.SCALAR,
        new StringLookup().vocabulary(List.of("a", "b")).invoke("b").shape());
  }

  @Test
  void textsThatAreNotSplitAreOneSequence() {
    TextVectorization text = new TextVectorization().split((String) null);
    text.adapt(List.of("a", "b", "a"));
    assertEquals(
        "[2, 3, 1]",
        Arrays.toString(text.invoke(List.of("a", "b", "c")).toNDArray().toLongArray()));
    assertEquals(Shape.of(3), text.invoke(List.of("a", "b", "c")).shape());
  }
}
