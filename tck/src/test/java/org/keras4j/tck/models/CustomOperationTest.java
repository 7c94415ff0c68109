package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Registry;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.ops.custom.CustomOperation;

/** Functions of one's own as nodes of models: called, symbolic, saved. */
class CustomOperationTest {
  /** Multiplies by a number, and says so in its config. */
  @KerasSerializable(pkg = "tests")
  public static final class Scaled extends CustomOperation {
    @Config
    private double by = 2;

    /** By 2. */
    public Scaled() {}

    Scaled(double by) {
      this.by = by;
    }

    @Override
    protected Object call(List<Object> args, Map<String, Object> kwargs) {
      return Ops.multiply(args.get(0), by);
    }
  }

  /** Tells its shape itself. */
  public static final class Told extends CustomOperation {
    @Override
    protected Object call(List<Object> args, Map<String, Object> kwargs) {
      return Ops.sum(args.get(0), 1);
    }

    @Override
    protected Object computeOutputSpec(List<Object> args, Map<String, Object> kwargs) {
      return new TensorSpec(Shape.of(((Tensor) args.get(0)).shape().dim(0)), DType.FLOAT32);
    }
  }

  @BeforeAll
  static void register() {
    Registry.register(Scaled.class, "tests");
  }

  private static final float[][] X = {{1, 2, 3}, {4, 5, 6}};

  @Test
  void runsAndIsANode(@TempDir Path folder) {
    assertEquals(
        NDArray.of(new float[] {3, 6, 9, 12, 15, 18}, 2, 3),
        new Scaled(3).invoke((Object) X).toNDArray());
    KerasTensor x = Input.of(3);
    Scaled twice = new Scaled(0.5);
    twice.name("half");
    Tensor h = twice.invoke(new Dense(4).invoke(x));
    Functional model = Model.of(x, new Dense(1).invoke(twice.invoke(h)));
    assertEquals(Shape.of(-1, 4), h.shape());
    NDArray before = model.predict(X);
    assertTrue(model.summary().contains("Scaled"), model.summary());
    model.save(folder.resolve("m.keras"));
    Model again = Model.load(folder.resolve("m.keras"));
    assertEquals(0, Recorded.distance(before, again.predict(X)), 1e-6);
    Model copy = model.cloneModel();
    copy.setWeights(model.getWeights());
    assertEquals(0, Recorded.distance(before, copy.predict(X)), 1e-6);
    model.compile("sgd", "mse");
    model.fit(X, new float[2][1]);
  }

  @Test
  void mayTellItsShapeItself() {
    KerasTensor x = Input.of(3);
    Tensor y = new Told().invoke(x);
    assertEquals(Shape.of(-1), y.shape());
    assertEquals(NDArray.of(new float[] {6, 15}), Model.of(x, y).predict(X));
    assertThrows(IllegalArgumentException.class, () -> new Told().name("a/b"));
  }
}
