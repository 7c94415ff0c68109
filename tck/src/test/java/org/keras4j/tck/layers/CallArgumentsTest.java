package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.NDArray;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.pooling.GlobalAveragePooling1D;
import org.keras4j.layers.rnn.GRU;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.ops.Ops;

/** Named arguments of a layer's call may be Java arrays and host arrays, as its input may. */
class CallArgumentsTest {
  private static final boolean[][] MASK = {{true, true, false}, {true, false, false}};
  private static final float[][][] X = {{{1}, {2}, {30}}, {{4}, {50}, {60}}};

  @Test
  void masksMayBeArrays() {
    for (Layer layer : List.of(new LSTM(3), new GRU(2), new GlobalAveragePooling1D())) {
      NDArray expected =
          layer.invoke(X, CallArgs.of("mask", Ops.convertToTensor(MASK))).toNDArray();
      NDArray without = layer.invoke(X).toNDArray();
      assertTrue(!expected.equals(without), layer + " heeds its mask");
      assertEquals(expected, layer.invoke(X, CallArgs.of("mask", MASK)).toNDArray());
      assertEquals(
          expected, layer.invoke(X, CallArgs.of("mask", NDArray.from(MASK))).toNDArray());
    }
  }

  @Test
  void masksOfAttentionMayBeArrays() {
    MultiHeadAttention attention = new MultiHeadAttention(1, 2);
    CallArgs tensor =
        CallArgs.of("value", X).with("attention_mask", Ops.ones(new int[] {2, 3, 3}, "bool"));
    boolean[][][] all = new boolean[2][3][3];
    for (boolean[][] rows : all) {
      for (boolean[] row : rows) {
        java.util.Arrays.fill(row, true);
      }
    }
    NDArray expected = attention.invoke(X, tensor).toNDArray();
    assertEquals(
        expected,
        attention.invoke(X, CallArgs.of("value", X).with("attention_mask", all)).toNDArray());
  }

  @Test
  void aMaskThatIsNoTensorIsRefused() {
    IllegalArgumentException e = assertThrows(
        IllegalArgumentException.class, () -> new LSTM(3).invoke(X, CallArgs.of("mask", "all")));
    assertTrue(e.getMessage().contains("mask"), e.getMessage());
  }
}
