package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.rnn.TimeDistributed;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;

/** A policy around a layer of another policy gives the dtypes that Keras 3.15 gives. */
class TimeDistributedTest {
  private static void gives(
      String outer, String inner, String wanted, Function<String, Layer> layer) {
    for (int steps : new int[] {3, -1}) {
      Sequential m =
          new Sequential(new Input(steps, 4), new TimeDistributed(layer.apply(inner)).dtype(outer));
      assertEquals(
          DType.from(wanted),
          m.invoke(Ops.ones(new int[] {2, 3, 4})).dtype(),
          outer + " around " + inner);
    }
  }

  @Test
  void dense() {
    Function<String, Layer> dense = p -> new Dense(2).dtype(p);
    gives("float32", "float16", "float32", dense);
    gives("float16", "float32", "float32", dense);
    gives("mixed_float16", "float32", "float16", dense);
    gives("float32", "mixed_bfloat16", "float32", dense);
  }

  @Test
  void batchNormalization() {
    Function<String, Layer> norm = p -> new BatchNormalization().dtype(p);
    gives("float32", "float16", "float16", norm);
    gives("float16", "float32", "float32", norm);
    gives("mixed_float16", "float32", "float32", norm);
    gives("float32", "mixed_bfloat16", "bfloat16", norm);
  }

  @Test
  void dropout() {
    Function<String, Layer> dropout = p -> new Dropout(0.5).dtype(p);
    gives("float32", "float16", "float32", dropout);
    gives("float16", "float32", "float16", dropout);
    gives("mixed_float16", "float32", "float16", dropout);
  }

  @Test
  void activityRegularizersInsideAreNotApplied() {
    TimeDistributed t = new TimeDistributed(new Dense(2).activityRegularizer("l2"));
    t.invoke(Ops.ones(Shape.of(2, 3, 4)));
    assertEquals(List.of(), t.losses());
  }
}
