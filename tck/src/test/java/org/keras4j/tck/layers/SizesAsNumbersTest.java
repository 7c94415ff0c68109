package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Embedding;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;

/** Layers of one's own that reckon with sizes, as Java numbers, in models whose inputs have sizes that are open. */
class SizesAsNumbersTest {
  private static final class Own extends Layer {
    private final UnaryOperator<Tensor> body;

    Own(UnaryOperator<Tensor> body) {
      this.body = body;
    }

    @Override
    protected Tensor call(Tensor x) {
      return body.apply(x);
    }
  }

  private static final class Positions extends Layer {
    private final Embedding tokens = new Embedding(20, 4);
    private final Embedding positions = new Embedding(30, 4);

    @Override
    protected Tensor call(Tensor x) {
      return Ops.add(tokens.invoke(x), positions.invoke(Ops.arange(x.shape().dim(1))));
    }
  }

  private static long n(Tensor x) {
    return x.shape().dim(1);
  }

  private static Map<String, UnaryOperator<Tensor>> bodies() {
    Map<String, UnaryOperator<Tensor>> b = new LinkedHashMap<>();
    b.put("(None,)", x -> Ops.arange(n(x)));
    b.put("(None,) ", x -> Ops.arange(n(x) + 1));
    b.put("(None,)  ", x -> Ops.arange(n(x) - 1, -1, -1));
    b.put("(None, 2)", x -> Ops.zeros(Shape.of(n(x), 2)));
    b.put("(None, None, 3)", x -> Ops.full(x.shape(), 2));
    b.put("(None, None)", x -> Ops.tril(Ops.ones(Shape.of(n(x), n(x)))));
    b.put("(None, None) ", x -> Ops.reshape(x, x.shape().dim(0), n(x) * 3));
    b.put("(None, None, 3) ", x -> Ops.broadcastTo(Ops.ones(Shape.of(3)), x.shape()));
    b.put("(None, 3)", x -> Ops.repeat(Ops.ones(Shape.of(1, 3)), n(x), 0));
    b.put("(2, None)", x -> Ops.oneHot(new int[] {0, 1}, (int) n(x)));
    b.put("(0,)", x -> Ops.arange(0));
    // sizes with bounds, and of one axis beside another
    b.put("(None,)   ", x -> Ops.arange(Math.min(positive(n(x)), 50)));
    b.put("(None, 2) ", x -> Ops.zeros(Shape.of(positive(n(x)) > 64 ? 64 : 8, 2)));
    b.put("(None, 3) ", x -> Ops.zeros(Shape.of(1 + positive(n(x)) / 100, 3)));
    b.put("(None, 4)", x -> Ops.zeros(Shape.of(positive(x.shape().dim(0)) < n(x) ? 2 : 5, 4)));
    return b;
  }

  private static long positive(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("an open size");
    }
    return size;
  }

  @Test
  void shapesAreThoseThatAllSizesHaveInCommon() {
    bodies().forEach((shape, body) -> {
      Own layer = new Own(body);
      KerasTensor in = Input.of(-1, 3);
      Tensor out = layer.invoke(in);
      assertEquals(shape.trim(), out.shape().toString());
      float[][][] x = new float[2][5][3];
      Tensor expected = body.apply(Ops.convertToTensor(x));
      assertTrue(out.shape().isCompatible(expected.shape()), shape);
      assertEquals(expected.toNDArray(), ((NDArray) Model.of(in, out).predictOnBatch(x)), shape);
    });
  }

  @Test
  void positionsOfSequencesOfAnyLength() {
    KerasTensor in = new Input(-1).dtype("int32").name("tokens").output();
    Tensor h = new Positions().invoke(in);
    assertEquals("(None, None, 4)", h.shape().toString());
    Functional model = Model.of(in, new Dense(2).invoke(h));
    model.compile("sgd", "mse");
    model.fit(new int[4][6], new float[4][6][2], Fit.epochs(1).verbose(0));
    assertEquals(Shape.of(3, 9, 2), model.predict(new int[3][9]).shape());
  }

  @Test
  void noWeightsAreMadeForSizesThatStandForOthers() {
    Dense dense = new Dense(2);
    Own wide = new Own(x -> dense.invoke(Ops.reshape(x, x.shape().dim(0), n(x) * 3)));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> wide.invoke(Input.of(-1, 3)));
    assertFalse(e.getMessage().contains("83") || e.getMessage().contains("89"), e.getMessage());
    assertFalse(dense.isBuilt());
    assertEquals(Shape.of(2, 2), wide.invoke(new float[2][5][3]).shape());
  }

  @Test
  void mistakesKeepTheirMessages() {
    Own wrong = new Own(x -> Ops.matmul(x, Ops.ones(Shape.of(4, 2))));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> wrong.invoke(Input.of(-1, 3)));
    assertTrue(e.getMessage().contains("(None, None, 3)"), e.getMessage());
  }
}
