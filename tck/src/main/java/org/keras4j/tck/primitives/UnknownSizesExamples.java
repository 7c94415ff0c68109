package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.DimSize;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Iota;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Reduce;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** Graphs whose inputs have unknown dimensions, compiled once and run with many shapes. */
final class UnknownSizesExamples {
  private UnknownSizesExamples() {}

  static void add(Primitives to) {
    to.on("sizesFollowFromShapes", UnknownSizesExamples::sizesFollowFromShapes);
    to.on("sizesFollowFromValues", UnknownSizesExamples::sizesFollowFromValues);
    to.on(
        "loopsTakeTheirLengthFromTheSequence",
        UnknownSizesExamples::loopsTakeTheirLengthFromTheSequence);
    to.on("partsOnTheHostAreNoObstacle", UnknownSizesExamples::partsOnTheHostAreNoObstacle);
    to.on("stateIsDonatedWhereItFits", UnknownSizesExamples::stateIsDonatedWhereItFits);
  }

  private static final CompileOptions DYNAMIC = new CompileOptions(Map.of(), true, "");
  private static final TensorSpec ROWS = TensorSpec.of(DType.FLOAT32, -1, 2);

  private static Executable compile(GraphBuilder b, Value... outputs) {
    return Runs.backend().compile(b.build(List.of(outputs)), DYNAMIC);
  }

  private static List<NDArray> run(Executable e, NDArray... in) {
    List<BackendTensor> handles = Runs.upload(in);
    List<NDArray> out = Runs.download(e.run(handles));
    handles.forEach(BackendTensor::close);
    return out;
  }

  static void sizesFollowFromShapes() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(ROWS);
    Value rows = b.add1(new DimSize(0), x);
    Value two = b.add1(new ArrayConstant(NDArray.scalar(DType.INT32, 2)));
    Value elements = b.add1(new Binary(BinaryKind.MUL), rows, two);
    Value flat = b.add1(new ReshapeTo(Shape.of(-1)), x, elements);
    Value inferred = b.add1(new ReshapeTo(Shape.of(2, -1)), x);
    Value count = b.add1(new Iota(Shape.of(-1), 0, DType.FLOAT32), elements);
    Value sum = b.add1(new Binary(BinaryKind.ADD), flat, count);
    Value wide = b.add1(new BroadcastInDim(Shape.of(-1, 3), IntList.of(0)), count, elements);
    try (Executable e = compile(b, sum, inferred, wide)) {
      for (int n : new int[] {3, 1, 3, 0}) {
        List<NDArray> out = run(e, Runs.ramp(n, 2));
        assertEquals(Shape.of(2L * n), out.get(0).shape());
        assertEquals(Shape.of(2, n), out.get(1).shape());
        assertEquals(Shape.of(2L * n, 3), out.get(2).shape());
        for (int i = 0; i < 2 * n; i++) {
          assertEquals(Runs.ramp(n, 2).getFloat(i) + i, out.get(0).getFloat(i));
          assertEquals(i, out.get(2).getFloat(3 * i + 1));
        }
      }
      RuntimeException bad = assertThrows(RuntimeException.class, () -> run(e, Runs.ramp(2, 3)));
      assertTrue(bad.getMessage().contains("(2, 3)"), bad.getMessage());
    }
  }

  static void sizesFollowFromValues() {
    GraphBuilder b = new GraphBuilder();
    Value n = b.input(TensorSpec.of(DType.INT32));
    Value x = b.input(ROWS);
    Value more = b.add1(new Binary(BinaryKind.ADD), n, b.add1(new DimSize(0), x));
    try (Executable e = compile(b, b.add1(new Iota(Shape.of(-1), 0, DType.INT32), more))) {
      Runs.exact(run(e, NDArray.scalar(DType.INT32, 1), Runs.ramp(2, 2)).get(0), 0, 1, 2);
      Runs.exact(run(e, NDArray.scalar(DType.INT32, 3), Runs.ramp(1, 2)).get(0), 0, 1, 2, 3);
      Runs.exact(run(e, NDArray.scalar(DType.INT32, 0), Runs.ramp(2, 2)).get(0), 0, 1);
    }
  }

  static void loopsTakeTheirLengthFromTheSequence() {
    GraphBuilder inner = new GraphBuilder();
    Value carry = inner.input(TensorSpec.of(DType.FLOAT32, 2));
    Value row = inner.input(TensorSpec.of(DType.FLOAT32, 2));
    Value next = inner.add1(new Binary(BinaryKind.ADD), carry, row);
    Graph body = inner.build(List.of(next, next));
    GraphBuilder b = new GraphBuilder();
    Value start = b.input(TensorSpec.of(DType.FLOAT32, 2));
    Value x = b.input(ROWS);
    List<Value> out = b.add(new Scan(body, 1, 1, -1, false), List.of(start, x));
    try (Executable e = compile(b, out.toArray(new Value[0]))) {
      for (int n : new int[] {4, 2}) {
        float[] rows = new float[2 * n];
        java.util.Arrays.fill(rows, 1);
        List<NDArray> r = run(e, Runs.floats(new double[] {0, 10}), NDArray.of(rows, n, 2));
        Runs.close(0, r.get(0), n, 10 + n);
        assertEquals(Shape.of(n, 2), r.get(1).shape());
        assertEquals(12, r.get(1).getFloat(3));
      }
    }
  }

  static void partsOnTheHostAreNoObstacle() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(ROWS);
    List<Value> qr = b.add(new Qr(false), List.of(x));
    Value back = b.add1(
        new org.keras4j.core.primitive.DotGeneral(
            IntList.of(), IntList.of(), IntList.of(1), IntList.of(0), null),
        qr.get(0),
        qr.get(1));
    Value sum = b.add1(new Reduce(Reduce.ReduceKind.SUM, IntList.of(1)), back);
    try (Executable e = compile(b, sum)) {
      for (int n : new int[] {2, 5}) {
        NDArray a = Runs.ramp(n, 2);
        double[] want = new double[n];
        for (int i = 0; i < n; i++) {
          want[i] = a.getFloat(2 * i) + a.getFloat(2 * i + 1);
        }
        Runs.close(1e-5, run(e, a).get(0), want);
      }
    }
  }

  static void stateIsDonatedWhereItFits() {
    GraphBuilder b = new GraphBuilder();
    Value state = b.input(TensorSpec.of(DType.FLOAT32, -1));
    Value x = b.input(TensorSpec.of(DType.FLOAT32, -1));
    Value next = b.add1(new Binary(BinaryKind.ADD), state, x);
    Graph g = b.build(List.of(next));
    try (Executable e = Runs.backend().compile(g, new CompileOptions(Map.of(0, 0), true, ""))) {
      for (int n : new int[] {2, 3}) {
        List<BackendTensor> in = Runs.upload(Runs.ramp(n), Runs.ramp(n));
        List<NDArray> out = Runs.download(e.run(in));
        assertEquals(2 * Runs.ramp(n).getFloat(1), out.get(0).getFloat(1));
        assertTrue(in.get(0).isClosed());
        in.get(1).close();
      }
    }
  }
}
