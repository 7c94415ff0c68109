package org.keras4j.tck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keras4j.core.DType;
import org.keras4j.core.EagerTensor;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.ops.Ops;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Trace;

/** Windows over images whose sizes are unknown until the graph runs see what they see of known ones. */
class UnknownSizesTest {
  private static NDArray normal(long seed, long... dims) {
    NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(dims));
    Random r = new Random(seed);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, r.nextGaussian());
    }
    return a;
  }

  private static void check(UnaryOperator<Tensor> f, long high, long wide) {
    NDArray x = normal(1, 2, high, wide, 2);
    EagerTensor in = (EagerTensor) Engine.toDevice(Keras.backend(), x);
    NDArray expected = f.apply(in).toNDArray();
    TensorSpec open = TensorSpec.of(DType.FLOAT32, -1, -1, -1, 2);
    Graph g;
    try (Trace t = Trace.root()) {
      g = t.graph(List.of(f.apply(t.inputs(List.of(open)).get(0))));
    }
    try (Executable e = Keras.backend().compile(g, new CompileOptions(Map.of(), true, ""))) {
      NDArray got = e.run(List.of(in.handle())).get(0).toHost();
      assertEquals(expected.spec(), got.spec());
      for (int i = 0; i < got.size(); i++) {
        assertEquals(expected.getDouble(i), got.getDouble(i), 1e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 4", "4, 5", "7, 6", "9, 11"})
  void windows(long high, long wide) {
    NDArray kernel = normal(2, 3, 3, 2, 4);
    for (String padding : List.of("same", "valid")) {
      for (int stride : new int[] {1, 2, 3}) {
        check(x -> Ops.conv(x, kernel, stride, padding, "channels_last", 1), high, wide);
        check(x -> Ops.maxPool(x, 3, stride, padding, "channels_last"), high, wide);
        check(x -> Ops.averagePool(x, 3, stride, padding, "channels_last"), high, wide);
      }
    }
  }
}
