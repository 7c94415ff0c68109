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
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Identity;
import org.keras4j.layers.core.Lambda;
import org.keras4j.layers.normalization.LayerNormalization;
import org.keras4j.layers.normalization.RMSNormalization;
import org.keras4j.layers.normalization.SpectralNormalization;
import org.keras4j.layers.preprocessing.Discretization;
import org.keras4j.layers.preprocessing.Hashing;
import org.keras4j.layers.preprocessing.Normalization;
import org.keras4j.layers.preprocessing.StringLookup;
import org.keras4j.layers.preprocessing.TextVectorization;
import org.keras4j.layers.rnn.GRUCell;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.layers.rnn.LSTMCell;
import org.keras4j.layers.rnn.SimpleRNNCell;
import org.keras4j.layers.rnn.StackedRNNCells;
import org.keras4j.ops.Ops;
import org.keras4j.ops.random.RandomOps;

/** Single layers; {@link LayerFamiliesTest} runs the kit's tests of all families. */
class LayersTest {
  private static Tensor x(long... shape) {
    return RandomOps.normal(shape, 0.0, 1.0, "float32", 7);
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
