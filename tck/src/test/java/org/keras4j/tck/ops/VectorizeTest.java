package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.ops.Ops;
import org.keras4j.ops.types.TensorFunction;

/** Functions of parts made functions of wholes, and axes by name. */
class VectorizeTest {
  private static final float[][] MATRIX = {{1, 2, 3}, {4, 5, 6}};

  @Test
  void scalarsAreBroadcast() {
    TensorFunction<Tensor> f = Ops.vectorize(in -> {
      assertEquals(Shape.SCALAR, ((Tensor) in[0]).shape());
      return Ops.add(Ops.multiply(in[0], 10), in[1]);
    });
    assertEquals(
        Ops.add(Ops.multiply(MATRIX, 10), new float[] {1, 2, 3}).toNDArray(),
        f.apply(MATRIX, new float[] {1, 2, 3}).toNDArray());
    assertEquals(NDArray.from(23f), f.apply(2f, 3f).toNDArray());
  }

  @Test
  void namedAxesAreThoseOfTheFunction() {
    TensorFunction<Tensor> f =
        Ops.vectorize(in -> Ops.matmul(in[0], in[1]), null, "(m,n),(n)->(m)");
    Tensor many = Ops.reshape(Ops.arange(24, null, null, "float32"), List.of(4, 2, 3));
    Tensor want = Ops.matmul(many, new float[] {1, 2, 3});
    assertEquals(want.toNDArray(), f.apply(many, new float[] {1, 2, 3}).toNDArray());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> f.apply(many, new float[] {1, 2}));
    assertEquals(
        "ops.vectorize: argument 1: expected axis 'n' of size 3, got shape (2,)", e.getMessage());
    TensorFunction<Tensor> wrong = Ops.vectorize(in -> (Tensor) in[0], null, "(n)->()");
    assertThrows(IllegalArgumentException.class, () -> wrong.apply((Object) MATRIX));
  }

  @Test
  void excludedArgumentsPassAsTheyAre() {
    TensorFunction<Tensor> f =
        Ops.vectorize(in -> Ops.multiply(in[0], (Integer) in[1]), Set.of(1), null);
    assertEquals(Ops.multiply(MATRIX, 3).toNDArray(), f.apply(MATRIX, 3).toNDArray());
  }

  @Test
  void axesAreSplitAndJoinedByName() {
    Tensor x = Ops.reshape(Ops.arange(48), List.of(2, 6, 4));
    Tensor got = Ops.rearrange(x, "b (h p) c -> b h (p c)", Map.of("p", 2));
    assertEquals(Ops.reshape(x, List.of(2, 3, 8)).toNDArray(), got.toNDArray());
    assertEquals(
        Ops.transpose(x, List.of(2, 0, 1)).toNDArray(),
        Ops.rearrange(x, "a b c -> c a b").toNDArray());
    KerasTensor k = new KerasTensor(new TensorSpec(Shape.of(-1, 6, 4), DType.FLOAT32), "k");
    assertEquals(
        Shape.of(-1, 2, 4, 3),
        Ops.rearrange(k, "b (h p) c -> b p c h", Map.of("h", 3)).shape());
    for (String pattern :
        List.of("a b -> b a", "a b c", "a b c -> a b", "a a c -> c a", "a b [c] -> a")) {
      assertThrows(IllegalArgumentException.class, () -> Ops.rearrange(x, pattern), pattern);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Ops.rearrange(x, "b (h p) c -> b h p c", Map.of("p", 4)));
  }
}
