package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
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
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.Qr;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.core.primitive.While;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

final class ControlExamples {
  private ControlExamples() {}

  static void add(Primitives to) {
    to.on("chooses", ControlExamples::chooses);
    to.on("loops", ControlExamples::loops);
    to.on("scans", ControlExamples::scans);
    to.on("hostPartsBetweenPrograms", ControlExamples::hostPartsBetweenPrograms);
  }

  private static final TensorSpec INT = TensorSpec.of(DType.INT32);
  private static final TensorSpec VECTOR = TensorSpec.of(DType.FLOAT32, 2);

  private static Graph branch(BinaryKind kind) {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(VECTOR);
    Value y = b.input(VECTOR);
    return b.build(b.add(new Binary(kind), List.of(x, y)));
  }

  static void chooses() {
    Case c =
        new Case(List.of(branch(BinaryKind.ADD), branch(BinaryKind.MUL), branch(BinaryKind.SUB)));
    NDArray x = Runs.floats(new double[] {3, 4});
    NDArray y = Runs.floats(new double[] {10, 20});
    double[][] want = {{13, 24}, {30, 80}, {-7, -16}};
    for (int i = -2; i < 5; i++) {
      NDArray index = NDArray.scalar(DType.INT32, (long) i);
      Runs.close(0, Runs.one(c, index, x, y), want[Math.max(0, Math.min(2, i))]);
    }
  }

  /** While the counter is below a limit: count, and add a constant to the sum. */
  private static While counting(Primitive step) {
    GraphBuilder c = new GraphBuilder();
    Value i = c.input(INT);
    c.input(VECTOR);
    Value limit = c.input(INT);
    c.input(VECTOR);
    Graph condition = c.build(List.of(c.add1(new Compare(Compare.Direction.LT), i, limit)));
    GraphBuilder b = new GraphBuilder();
    Value j = b.input(INT);
    Value sum = b.input(VECTOR);
    b.input(INT);
    Value add = b.input(VECTOR);
    Value one = b.add1(new ArrayConstant(NDArray.scalar(DType.INT32, 1L)));
    Value next = b.add1(new Binary(BinaryKind.ADD), sum, add);
    Graph body = b.build(List.of(b.add1(new Binary(BinaryKind.ADD), j, one), b.add1(step, next)));
    return new While(condition, body, 2);
  }

  private static final HostCall TWICE = new HostCall("twice", List.of(VECTOR), in -> {
    NDArray x = in.get(0);
    return List.of(NDArray.of(new float[] {2 * x.getFloat(0), 2 * x.getFloat(1)}));
  });

  static void loops() {
    NDArray[] in = {
      NDArray.scalar(DType.INT32, 0L),
      Runs.floats(new double[] {0, 1}),
      NDArray.scalar(DType.INT32, 4L),
      Runs.floats(new double[] {1, 10})
    };
    List<NDArray> r = Runs.all(counting(new Unary(UnaryKind.NEG)), in);
    Runs.exact(r.get(0), 4);
    Runs.close(0, r.get(1), 0, 1);
    if (!Runs.backend().compilesHostCalls()) {
      return;
    }
    List<NDArray> host = Runs.all(counting(TWICE), in);
    Runs.exact(host.get(0), 4);
    Runs.close(0, host.get(1), 30, 316);
  }

  static void scans() {
    for (boolean onHost : new boolean[] {false, true}) {
      if (onHost && !Runs.backend().compilesHostCalls()) {
        continue;
      }
      GraphBuilder b = new GraphBuilder();
      Value carry = b.input(VECTOR);
      Value row = b.input(VECTOR);
      Value scale = b.input(TensorSpec.of(DType.FLOAT32));
      Value product = b.add1(new Binary(BinaryKind.MUL), row, scale);
      Value next =
          b.add1(new Binary(BinaryKind.ADD), carry, onHost ? b.add1(TWICE, product) : product);
      Graph body = b.build(List.of(next, b.add1(new Unary(UnaryKind.NEG), next)));
      NDArray xs = Runs.floats(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
      NDArray ten = NDArray.scalar(DType.FLOAT32, onHost ? 5.0 : 10.0);
      NDArray zero = Runs.floats(new double[] {0, 0});
      List<NDArray> r = Runs.all(new Scan(body, 1, 1, 3, false), zero, xs, ten);
      Runs.close(0, r.get(0), 90, 120);
      Runs.close(0, r.get(1), -10, -20, -40, -60, -90, -120);
      List<NDArray> back = Runs.all(new Scan(body, 1, 1, 3, true), zero, xs, ten);
      Runs.close(0, back.get(1), -90, -120, -80, -100, -50, -60);
      NDArray none = NDArray.zeros(DType.FLOAT32, Shape.of(0, 2));
      List<NDArray> empty = Runs.all(new Scan(body, 1, 1, 0, false), zero, none, ten);
      Runs.close(0, empty.get(0), 0, 0);
      assertEquals(Shape.of(0, 2), empty.get(1).shape());
    }
  }

  static void hostPartsBetweenPrograms() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(TensorSpec.of(DType.FLOAT32, 2, 2));
    Value y = b.add1(new Unary(UnaryKind.NEG), x);
    List<Value> qr = b.add(new Qr(false), List.of(y));
    Value product = b.add1(new Binary(BinaryKind.MUL), qr.get(0), x);
    Graph g = b.build(List.of(product, x, qr.get(1), y, product));
    NDArray a = Runs.floats(new double[] {3, 0, 0, 2}, 2, 2);
    List<BackendTensor> in = Runs.upload(a);
    try (Executable e = Runs.backend().compile(g, CompileOptions.DEFAULT)) {
      for (int i = 0; i < 2; i++) {
        List<NDArray> r = Runs.download(e.run(in));
        Runs.close(1e-6, r.get(1), 3, 0, 0, 2);
        Runs.close(1e-6, r.get(3), -3, 0, 0, -2);
        assertEquals(r.get(0), r.get(4));
        double sign = Math.signum(r.get(2).getDouble(0));
        assertEquals(-3, r.get(2).getDouble(0) * r.get(0).getDouble(0) / 3, 1e-5);
        assertEquals(3 * sign, r.get(2).getDouble(0), 1e-5);
      }
    }
    in.forEach(BackendTensor::close);
  }
}
