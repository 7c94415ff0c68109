package org.keras4j.tck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.Tensor;
import org.keras4j.ops.Ops;

/** Windows that are smaller than the strides between them begin where the strides say. */
class WideStridesTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void windowsOfOneElementPickIt(int axes) {
    long[] shape = new long[axes + 2];
    Arrays.fill(shape, 6);
    int[] sizes = Arrays.stream(shape).mapToInt(n -> (int) n).toArray();
    int all = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    Tensor x = Ops.reshape(Ops.arange(all, null, null, "float32"), sizes);
    Tensor want = x;
    for (int axis = 1; axis <= axes; axis++) {
      want = Ops.take(want, new int[] {0, 3}, axis);
    }
    NDArray expected = want.toNDArray();
    for (String padding : List.of("valid", "same")) {
      assertEquals(expected, Ops.maxPool(x, 1, 3, padding, "channels_last").toNDArray(), padding);
      assertEquals(
          expected, Ops.averagePool(x, 1, 3, padding, "channels_last").toNDArray(), padding);
    }
  }
}
