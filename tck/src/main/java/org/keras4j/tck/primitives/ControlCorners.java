package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.keras4j.tck.primitives.Runs.expect;
import static org.keras4j.tck.primitives.Runs.floats;

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
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.core.primitive.While;

final class ControlCorners {
  private ControlCorners() {}

  static void add(Primitives to) {
    to.on("cases", ControlCorners::cases);
    to.on("whiles", ControlCorners::whiles);
    to.on("scans", ControlCorners::scans);
    to.on("scanInsideWhile", ControlCorners::scanInsideWhile);
    to.on("inputsThatAreOutputs", ControlCorners::inputsThatAreOutputs);
  }

  private static final TensorSpec VECTOR = TensorSpec.of(DType.FLOAT32, 2);
  private static final TensorSpec COUNT = TensorSpec.of(DType.INT32);

  private static Graph branch(BinaryKind kind) {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(VECTOR);
    Value y = b.input(VECTOR);
    return b.build(List.of(b.add1(new Binary(kind), x, y)));
  }

  static void cases() {
    Case p =
        new Case(List.of(branch(BinaryKind.ADD), branch(BinaryKind.SUB), branch(BinaryKind.MUL)));
    NDArray x = floats(new double[] {5, 6}, 2);
    NDArray y = floats(new double[] {2, 3}, 2);
    double[][] expected = {{7, 9}, {3, 3}, {10, 18}};
    for (int i = -1; i < 5; i++) {
      int clamped = Math.max(0, Math.min(2, i));
      expect(p, floats(expected[clamped], 2), NDArray.scalar(DType.INT32, (long) i), x, y);
    }
  }

  private static Value number(GraphBuilder b, long v) {
    return b.add1(new ArrayConstant(NDArray.scalar(DType.INT32, v)));
  }

  static void whiles() {
    // doubles x while n counts up to a limit that is a constant of the loop
    GraphBuilder c = new GraphBuilder();
    Value cn = c.input(COUNT);
    c.input(VECTOR);
    Value limit = c.input(COUNT);
    Graph condition = c.build(List.of(c.add1(new Compare(Compare.Direction.LT), cn, limit)));
    GraphBuilder b = new GraphBuilder();
    Value n = b.input(COUNT);
    Value x = b.input(VECTOR);
    b.input(COUNT);
    Value next = b.add1(new Binary(BinaryKind.ADD), n, number(b, 1));
    Graph body = b.build(List.of(next, b.add1(new Binary(BinaryKind.ADD), x, x)));
    While p = new While(condition, body, 2);
    for (int k : new int[] {0, 1, 5}) {
      double f = 1 << k;
      expect(
          p,
          List.of(NDArray.scalar(DType.INT32, (long) k), floats(new double[] {f, 3 * f}, 2)),
          NDArray.scalar(DType.INT32, 0L),
          floats(new double[] {1, 3}, 2),
          NDArray.scalar(DType.INT32, (long) k));
    }
  }

  /** Running sums plus a constant: carries, one sequence, one constant; gives the sum and its square. */
  private static Graph step(boolean carryIsResult) {
    GraphBuilder b = new GraphBuilder();
    Value sum = b.input(VECTOR);
    Value x = b.input(VECTOR);
    Value c = b.input(VECTOR);
    Value next = b.add1(new Binary(BinaryKind.ADD), sum, b.add1(new Binary(BinaryKind.MUL), x, c));
    Value result = carryIsResult ? next : b.add1(new Binary(BinaryKind.MUL), next, next);
    return b.build(List.of(next, result));
  }

  static void scans() {
    NDArray zero = floats(new double[] {0, 0}, 2);
    NDArray xs = floats(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    NDArray two = floats(new double[] {2, 2}, 2);
    NDArray sum = floats(new double[] {18, 24}, 2);
    NDArray sums = floats(new double[] {2, 4, 8, 12, 18, 24}, 3, 2);
    NDArray back = floats(new double[] {18, 24, 16, 20, 10, 12}, 3, 2);
    expect(new Scan(step(true), 1, 1, 3, false), List.of(sum, sums), zero, xs, two);
    expect(new Scan(step(true), 1, 1, 3, true), List.of(sum, back), zero, xs, two);
    expect(new Scan(step(true), 1, 1, -1, false), List.of(sum, sums), zero, xs, two);
    NDArray squares = floats(new double[] {4, 16, 64, 144, 324, 576}, 3, 2);
    expect(new Scan(step(false), 1, 1, 3, false), List.of(sum, squares), zero, xs, two);
    NDArray none = NDArray.zeros(DType.FLOAT32, Shape.of(0, 2));
    expect(new Scan(step(false), 1, 1, 0, false), List.of(zero, none), zero, none, two);
    Runs.same(
        "a scan of unknown length",
        0,
        java.util.Objects.requireNonNull(Runs.dynamic(
            new Scan(step(true), 1, 1, -1, false),
            List.of(VECTOR, TensorSpec.of(DType.FLOAT32, -1, 2), VECTOR),
            zero,
            xs,
            two)),
        sum,
        sums);
  }

  static void scanInsideWhile() {
    GraphBuilder c = new GraphBuilder();
    Value cv = c.input(VECTOR);
    c.input(TensorSpec.of(DType.FLOAT32, 3, 2));
    Value first = c.add1(
        new org.keras4j.core.primitive.Reduce(
            org.keras4j.core.primitive.Reduce.ReduceKind.MAX,
            org.keras4j.core.primitive.IntList.of(0)),
        cv);
    Value limit = c.add1(new ArrayConstant(NDArray.scalar(DType.FLOAT32, 30.0)));
    Graph condition = c.build(List.of(c.add1(new Compare(Compare.Direction.LT), first, limit)));
    GraphBuilder b = new GraphBuilder();
    Value v = b.input(VECTOR);
    Value xs = b.input(TensorSpec.of(DType.FLOAT32, 3, 2));
    Value one = b.add1(new ArrayConstant(floats(new double[] {1, 1}, 2)));
    Value next =
        b.add(new Scan(step(true), 1, 1, 3, false), List.of(v, xs, one)).get(0);
    Graph body = b.build(List.of(next));
    NDArray xs0 = floats(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
    expect(
        new While(condition, body, 1),
        floats(new double[] {27, 36}, 2),
        floats(new double[] {0, 0}, 2),
        xs0);
  }

  static void inputsThatAreOutputs() {
    GraphBuilder b = new GraphBuilder();
    Value x = b.input(VECTOR);
    Value unused = b.input(VECTOR);
    Value y = b.add1(new Unary(UnaryKind.NEG), x);
    Graph g = b.build(List.of(x, y, x, y));
    NDArray in = floats(new double[] {1, 2}, 2);
    NDArray minus = floats(new double[] {-1, -2}, 2);
    List<NDArray> out = Runs.run(g, org.keras4j.core.spi.CompileOptions.DEFAULT, in, minus);
    assertEquals(List.of(in, minus, in, minus), out);
    assertEquals(VECTOR, unused.spec());
    Graph empty = new GraphBuilder().build(List.of());
    assertEquals(List.of(), Runs.run(empty, org.keras4j.core.spi.CompileOptions.DEFAULT));
  }
}
