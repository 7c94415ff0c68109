package org.keras4j.tck.primitives;

import static org.keras4j.core.DType.*;

import java.util.List;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Barrier;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BinaryKind;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Compare;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.RandomBits;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.StopGradient;
import org.keras4j.core.primitive.Unary;
import org.keras4j.core.primitive.UnaryKind;
import org.keras4j.core.primitive.While;

final class ControlCases {
  private ControlCases() {}

  static void add(Primitives to) {
    to.on("caseOf", ControlCases::caseOf);
    to.on("whileLoop", ControlCases::whileLoop);
    to.on("scanning", ControlCases::scanning);
    to.on("identities", ControlCases::identities);
    to.on("hostCalls", ControlCases::hostCalls);
    to.on("callbacksInLoops", ControlCases::callbacksInLoops);
  }

  private static final TensorSpec INT = TensorSpec.of(INT32);
  private static final TensorSpec PAIR = TensorSpec.of(FLOAT32, 2);

  private static NDArray pair(float a, float b) {
    return NDArray.of(new float[] {a, b}, 2);
  }

  private static NDArray integer(long v) {
    return NDArray.scalar(INT32, v);
  }

  private static Value constant(GraphBuilder b, NDArray a) {
    return b.add1(new ArrayConstant(a));
  }

  static void caseOf() {
    GraphBuilder plus = new GraphBuilder();
    Value x = plus.input(PAIR);
    Graph same = plus.build(List.of(x, x)); // a branch may hand its operand through, twice
    GraphBuilder twice = new GraphBuilder();
    Value y = twice.input(PAIR);
    Value z = twice.add1(new Binary(BinaryKind.ADD), y, y);
    Graph doubled = twice.build(List.of(z, constant(twice, pair(7, 7))));
    GraphBuilder neg = new GraphBuilder();
    Value w = neg.input(PAIR);
    Graph negated = neg.build(List.of(neg.add1(new Unary(UnaryKind.NEG), w), w));
    Case p = new Case(List.of(same, doubled, negated));
    Runs.check(p, List.of(integer(0), pair(1, 2)), pair(1, 2), pair(1, 2));
    Runs.check(p, List.of(integer(-3), pair(1, 2)), pair(1, 2), pair(1, 2));
    Runs.check(p, List.of(integer(1), pair(1, 2)), pair(2, 4), pair(7, 7));
    Runs.check(p, List.of(integer(2), pair(1, 2)), pair(-1, -2), pair(1, 2));
    Runs.check(p, List.of(integer(9), pair(1, 2)), pair(-1, -2), pair(1, 2));
    Runs.check(new Case(List.of(doubled)), List.of(integer(5), pair(1, 2)), pair(2, 4), pair(7, 7));
  }

  private static While loop(boolean swap) {
    GraphBuilder c = new GraphBuilder();
    Value i = c.input(INT);
    c.input(PAIR);
    c.input(PAIR);
    Value n = c.input(INT);
    Graph condition = c.build(List.of(c.add1(new Compare(Compare.Direction.LT), i, n)));
    GraphBuilder b = new GraphBuilder();
    Value j = b.input(INT);
    Value u = b.input(PAIR);
    Value v = b.input(PAIR);
    b.input(INT);
    Value next = b.add1(new Binary(BinaryKind.ADD), j, constant(b, integer(1)));
    Value sum = b.add1(new Binary(BinaryKind.ADD), u, v);
    Graph body = b.build(swap ? List.of(next, v, u) : List.of(next, sum, v));
    return new While(condition, body, 3);
  }

  static void whileLoop() {
    Runs.check(
        loop(false),
        List.of(integer(0), pair(0, 1), pair(1, 2), integer(3)),
        integer(3),
        pair(3, 7),
        pair(1, 2));
    Runs.check(
        loop(false),
        List.of(integer(5), pair(0, 1), pair(1, 2), integer(3)),
        integer(5),
        pair(0, 1),
        pair(1, 2));
    Runs.check(
        loop(true),
        List.of(integer(0), pair(0, 1), pair(1, 2), integer(3)),
        integer(3),
        pair(1, 2),
        pair(0, 1));
  }

  private static Scan scan(boolean reverse) {
    GraphBuilder b = new GraphBuilder();
    Value carry = b.input(PAIR);
    Value x = b.input(PAIR);
    Value k = b.input(PAIR);
    Value next =
        b.add1(new Binary(BinaryKind.ADD), carry, b.add1(new Binary(BinaryKind.MUL), x, k));
    return new Scan(b.build(List.of(next, next, carry)), 1, 1, 3, reverse);
  }

  static void scanning() {
    NDArray xs = NDArray.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Runs.check(
        scan(false),
        List.of(pair(0, 0), xs, pair(1, 10)),
        pair(9, 120),
        NDArray.of(new float[] {1, 20, 4, 60, 9, 120}, 3, 2),
        NDArray.of(new float[] {0, 0, 1, 20, 4, 60}, 3, 2));
    Runs.check(
        scan(true),
        List.of(pair(0, 0), xs, pair(1, 10)),
        pair(9, 120),
        NDArray.of(new float[] {9, 120, 8, 100, 5, 60}, 3, 2),
        NDArray.of(new float[] {8, 100, 5, 60, 0, 0}, 3, 2));
    GraphBuilder b = new GraphBuilder();
    Value carry = b.input(PAIR);
    Scan none = new Scan(b.build(List.of(carry, carry)), 1, 0, 0, false);
    Runs.check(none, List.of(pair(1, 2)), pair(1, 2), NDArray.zeros(FLOAT32, Shape.of(0, 2)));
  }

  static void identities() {
    Runs.check(new StopGradient(), List.of(pair(1, 2)), pair(1, 2));
    Runs.check(new Barrier(), List.of(pair(1, 2), pair(3, 4)), pair(1, 2), pair(3, 4));
  }

  static void hostCalls() {
    HostCall p = new HostCall(
        "sum and rows", List.of(TensorSpec.of(FLOAT32), TensorSpec.of(UINT32, 2)), in -> {
          double sum = 0;
          for (int i = 0; i < in.get(0).size(); i++) {
            sum += in.get(0).getDouble(i);
          }
          NDArray n = NDArray.zeros(UINT32, Shape.of(2));
          n.setLong(0, in.get(1).getLong(0));
          n.setLong(1, 0xffffffffL);
          return List.of(NDArray.scalar(FLOAT32, sum), n);
        });
    NDArray two = NDArray.zeros(UINT32, Shape.of(2));
    two.setLong(0, 8);
    two.setLong(1, 0xffffffffL);
    Runs.check(
        p, List.of(pair(1, 2), NDArray.scalar(INT64, 8L)), NDArray.scalar(FLOAT32, 3.0), two);
  }

  /** Random bits and host code inside a loop. */
  static void callbacksInLoops() {
    GraphBuilder b = new GraphBuilder();
    TensorSpec key = TensorSpec.of(UINT32, 2);
    Value k = b.input(key);
    Value sum = b.input(TensorSpec.of(UINT32, 3));
    Value bits = b.add1(new RandomBits(Shape.of(3)), k);
    Value one = constant(b, ShapeCases.a(UINT32, new long[] {2}, 1, 0));
    Graph body = b.build(List.of(
        b.add1(new Binary(BinaryKind.ADD), k, one), b.add1(new Binary(BinaryKind.ADD), sum, bits)));
    Scan p = new Scan(body, 2, 0, 3, false);
    NDArray start = ShapeCases.a(UINT32, new long[] {2}, 5, 6);
    long[] total = new long[3];
    for (int i = 0; i < 3; i++) {
      NDArray r = Runs.eager(
              new RandomBits(Shape.of(3)), ShapeCases.a(UINT32, new long[] {2}, 5 + i, 6))
          .get(0);
      for (int j = 0; j < 3; j++) {
        total[j] += r.getLong(j);
      }
    }
    Runs.check(
        p,
        List.of(start, ShapeCases.a(UINT32, new long[] {3}, 0, 0, 0)),
        ShapeCases.a(UINT32, new long[] {2}, 8, 6),
        ShapeCases.a(UINT32, new long[] {3}, total));
  }
}
