package org.keras4j.tck.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.core.serialization.Serializer;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.Layer;
import org.keras4j.layers.attention.MultiHeadAttention;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.initializers.Initializer;
import org.keras4j.layers.rnn.Bidirectional;
import org.keras4j.layers.rnn.RNN;
import org.keras4j.layers.rnn.RNNCell;
import org.keras4j.layers.rnn.StepContext;
import org.keras4j.layers.rnn.TimeDistributed;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;

/** Copies in memory, which layers and models make of their parts, need no registered classes; files do. */
class UnregisteredPartsTest {
  /** A cell without annotation, which is registered nowhere. */
  static class Cell extends Layer implements RNNCell {
    @Config
    int units;

    private Variable kernel;
    private Variable recurrent;

    private Cell() {}

    Cell(int units) {
      this.units = units;
    }

    @Override
    public List<?> stateShape() {
      return List.of(Shape.of(units));
    }

    @Override
    protected void build(Shape input) {
      kernel = addWeight("kernel", Shape.of(input.last(), units), "glorot_uniform");
      recurrent = addWeight("recurrent", Shape.of(units, units), "glorot_uniform");
    }

    @Override
    public Step step(Tensor x, List<?> states, StepContext context) {
      Tensor out = Ops.tanh(Ops.add(Ops.matmul(x, kernel), Ops.matmul(states.get(0), recurrent)));
      return new Step(out, List.of(out));
    }
  }

  /** Likewise with an annotation. */
  @KerasSerializable(pkg = "unregistered")
  static final class NamedCell extends Cell {
    private NamedCell() {
      super(0);
    }

    NamedCell(int units) {
      super(units);
    }
  }

  /** An initializer that is registered nowhere. */
  static final class Halves extends Initializer {
    Halves() {}

    @Override
    public Tensor call(Shape shape, DType dtype) {
      return Ops.full(shape, 0.5, dtype);
    }
  }

  @TempDir
  java.nio.file.Path folder;

  @Test
  void bidirectionalLayersCopyCells() {
    for (Cell cell : List.of(new Cell(3), new NamedCell(3))) {
      Bidirectional both = new Bidirectional(new RNN(cell));
      assertEquals(Shape.of(2, 6), both.invoke(new float[2][4][5]).shape());
      assertEquals(4, both.weights().size());
    }
  }

  @Test
  void modelsAreCloned() {
    Sequential model = new Sequential(
        new Input(4, 5),
        new TimeDistributed(new Dense(3).kernelInitializer(new Halves())),
        new Bidirectional(new RNN(List.of(new NamedCell(3), new Cell(2)))),
        new Dense(1));
    model.compile("sgd", "mse");
    Model clone = model.cloneModel();
    clone.setWeights(model.getWeights());
    assertEquals(model.predict(new float[2][4][5]), clone.predict(new float[2][4][5]));
    clone.fit(new float[2][4][5], new float[2][1], Fit.epochs(1).verbose(0));
    assertThrows(IllegalArgumentException.class, () -> model.save(folder.resolve("m.keras")));
  }

  @Test
  void attentionCopiesInitializers() {
    MultiHeadAttention attention = new MultiHeadAttention(2, 3).kernelInitializer(new Halves());
    attention.invoke(new float[1][4][6], CallArgs.of("value", new float[1][4][6]));
    assertTrue(attention.weights().size() > 4);
    assertEquals(0.5, attention.getWeights().get(0).getDouble(0));
  }

  @Test
  void aCopyIsFresh() {
    Cell cell = new NamedCell(4);
    NamedCell copy = assertInstanceOf(NamedCell.class, Serializer.copy(cell));
    assertNotSame(cell, copy);
    assertEquals(4, copy.units);
    assertEquals(7, Serializer.copy(cell, config -> config.put("units", 7)).units);
    assertEquals(4, Serializer.unbuiltCopy(cell).units);
  }
}
