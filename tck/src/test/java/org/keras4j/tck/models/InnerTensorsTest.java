package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.core.InputLayer;
import org.keras4j.layers.pooling.GlobalAveragePooling2D;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;

/** Layers' inputs and outputs, and models that are cut out of others. */
class InnerTensorsTest {
  private static Functional base() {
    KerasTensor in = new Input(8, 8, 1).name("image").output();
    Tensor x = new Conv2D(4, 3).activation("relu").name("conv").invoke(in);
    x = Ops.multiply(x, 2f);
    x = new GlobalAveragePooling2D().name("pool").invoke(x);
    return Model.of(in, new Dense(3).name("head").invoke(x), "base");
  }

  private static Sequential chain() {
    return new Sequential(
        new Input(8, 8, 1),
        new Conv2D(4, 3).name("conv"),
        new Flatten().name("flat"),
        new Dense(3).name("head"));
  }

  private static float[][][][] images() {
    float[][][][] x = new float[2][8][8][1];
    for (int i = 0; i < 128; i++) {
      x[i / 64][i / 8 % 8][i % 8][0] = (i * 37 % 19) / 19f;
    }
    return x;
  }

  @Test
  void layersKnowTheTensorsOfTheirFirstCall() {
    Functional base = base();
    assertSame(base.input(), base.getLayer("conv").input());
    assertSame(base.output(), base.getLayer("head").output());
    assertSame(base.getLayer("pool").output(), base.getLayer(-1).input());
    assertSame(base.getLayer("image").output(), base.inputs().get(0));
    assertEquals(List.of(), base.getLayer(0).inputs());
    Dense shared = new Dense(2);
    KerasTensor a = Input.of(3);
    Tensor first = shared.invoke(a);
    shared.invoke(Input.of(3));
    assertSame(a, shared.input());
    assertSame(first, shared.output());
  }

  @Test
  void whatNeverWasCalledOrHasSeveralIsAnError() {
    Dense never = new Dense(2);
    assertTrue(assertThrows(IllegalStateException.class, never::output)
        .getMessage()
        .contains("never called"));
    never.invoke(new float[1][3]);
    assertThrows(IllegalStateException.class, never::input);
    LSTM lstm = new LSTM(2).returnState(true);
    lstm.invokeNested(Input.of(5, 3), CallArgs.of());
    assertEquals(3, lstm.outputs().size());
    assertTrue(
        assertThrows(IllegalStateException.class, lstm::output).getMessage().contains("outputs()"));
    assertThrows(IllegalStateException.class, () -> new Sequential(new Dense(2)).inputs());
    Functional base = base();
    assertTrue(assertThrows(IllegalArgumentException.class, () -> base.getLayer("x"))
        .getMessage()
        .contains("pool"));
    assertThrows(IllegalArgumentException.class, () -> base.getLayer(9));
    assertThrows(IllegalArgumentException.class, () -> base.getLayer(-9));
  }

  @Test
  void aModelEndsAtAnInnerTensor() {
    for (Model base : List.of(base(), chain())) {
      Functional features = Model.of(base.inputs(), base.getLayer("conv").output());
      assertSame(base.getLayer("conv"), features.getLayer("conv"));
      assertEquals(base.getLayer("conv").invoke(images()).toNDArray(), features.predict(images()));
      Functional both = Model.of(
          base.input(), Map.of("conv", base.getLayer("conv").output(), "out", base.output()));
      Map<?, ?> made = (Map<?, ?>) both.predictOnBatch(images());
      assertEquals(base.predict(images()), made.get("out"));
    }
  }

  @Test
  void aModelBeginsAtAnInnerTensor(@TempDir Path folder) {
    for (Model base : List.of(base(), chain())) {
      Tensor middle = base.getLayer("conv").output();
      Functional front = Model.of(base.input(), middle);
      Functional back = Model.of(middle, base.output());
      assertEquals(base.predict(images()), back.predict(front.predict(images())));
      assertTrue(back.getLayer(0) instanceof InputLayer);
      assertSame(base.getLayer("head"), back.getLayer("head"));
      assertSame(base.output(), base.getLayer("head").output()); // the base is as it was
      Path file = folder.resolve("back.keras");
      back.save(file);
      assertEquals(
          back.predict(front.predict(images())), Model.load(file).predict(front.predict(images())));
    }
    assertTrue(assertThrows(
            IllegalArgumentException.class,
            () -> Model.of(base().getLayer("pool").output(), base().output()))
        .getMessage()
        .contains("not among the model's inputs"));
  }

  @Test
  void oneOfSeveralOutputsMayBeWhereItBegins() {
    LSTM lstm = new LSTM(2).returnState(true);
    Object made = lstm.invokeNested(Input.of(5, 3), CallArgs.of());
    assertTrue(made instanceof List);
    Tensor state = lstm.outputs().get(2);
    Functional rest = Model.of(state, new Dense(1).invoke(Ops.add(state, 1f)));
    assertEquals(Shape.of(4, 1), rest.predict(new float[4][2]).shape());
  }

  @Test
  void aSharedLayersCallsStayInOrder() {
    Dense shared = new Dense(4);
    KerasTensor in = Input.of(4);
    Tensor a = Ops.relu(in);
    Tensor b = shared.invoke(shared.invoke(a));
    Functional whole = Model.of(in, b);
    Functional rest = Model.of(a, b);
    float[][] x = {{1, 2, 3, 4}};
    assertEquals(whole.predict(x), rest.predict(x));
    assertEquals(2, whole.weights().size());
    assertEquals(whole.weights(), rest.weights());
  }

  @Test
  void newLayersGoOnFromABase() {
    Sequential base = chain();
    base.trainable(false);
    Tensor out = new Dense(2).name("new_head").invoke(base.getLayer("flat").output());
    Functional model = Model.of(base.inputs(), out);
    model.compile("sgd", "mse");
    NDArray before = base.getWeights().get(0);
    model.fit(images(), new float[2][2], Fit.epochs(1).verbose(0));
    assertEquals(before, base.getWeights().get(0));
    assertEquals(2, model.trainableWeights().size());
  }

  @Test
  void aSequentialsTensorsAreItsOwnUntilItIsNested() {
    Sequential inner = chain();
    assertSame(inner.inputs().get(0), inner.input());
    assertSame(inner.outputs().get(0), inner.output());
    KerasTensor in = Input.of(8, 8, 1);
    Functional outer = Model.of(in, new Dense(1).invoke(inner.invoke(in)));
    assertSame(in, inner.input());
    assertEquals(inner.predict(images()), Model.of(in, inner.output()).predict(images()));
    assertEquals(Shape.of(-1, 3), inner.outputShape());
    assertSame(inner, outer.getLayer(inner.name()));
    Functional functional = base();
    KerasTensor other = Input.of(8, 8, 1);
    functional.invoke(other);
    assertTrue(functional.input() != other); // as in Keras: a Functional's own
  }

  @Test
  void aSequentialBuiltForAShapeHasTensorsToo() {
    Sequential model = new Sequential(new Dense(4).name("a"), new Dense(2).name("b"));
    model.buildFor(Shape.of(-1, 3));
    float[][] x = {{1, 2, 3}};
    Functional a = Model.of(model.inputs(), model.getLayer("a").output());
    assertEquals(model.getLayer("a").invoke(x).toNDArray(), a.predict(x));
    assertEquals(model.predict(x), Model.of(model.input(), model.output()).predict(x));
  }

  @Test
  void popTakesTheLastLayer() {
    Sequential model = chain();
    model.compile("adam", "mse");
    NDArray whole = model.predict(images());
    Layer head = model.pop();
    assertEquals(Shape.of(-1, 144), model.outputShape());
    assertEquals(Shape.of(2, 144), model.predict(images()).shape());
    model.add(head);
    assertEquals(whole, model.predict(images()));
    model.pop();
    model.add(new Dense(5).name("head"));
    assertEquals(Shape.of(2, 5), model.predict(images()).shape());
    assertEquals(Shape.of(-1, 5), model.outputShape());
    model.compile("adam", "mse");
    model.fit(images(), new float[2][5], Fit.epochs(1).verbose(0));
  }

  @Test
  void tensorsKnowTheInputsThatTheyComeFrom() {
    KerasTensor a = Input.of(3);
    KerasTensor b = Input.of(3);
    Tensor sum = Ops.add(new Dense(3).invoke(b), Ops.multiply(a, b));
    assertEquals(List.of(b, a), ((KerasTensor) sum).getSourceInputs());
    assertEquals(List.of(a), a.getSourceInputs());
  }

  @Test
  void modelsMayBeRenamed() {
    assertEquals("base", base().name());
    assertEquals("other", chain().name("other").name());
    assertThrows(IllegalArgumentException.class, () -> base().name("a/b"));
  }
}
