package org.keras4j.ops.internal.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.Node;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Attributes;
import org.keras4j.core.primitive.Binary;
import org.keras4j.core.primitive.BroadcastInDim;
import org.keras4j.core.primitive.Case;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.ReshapeTo;
import org.keras4j.core.primitive.Scan;
import org.keras4j.core.primitive.Transpose;
import org.keras4j.core.spi.Backend;
import org.keras4j.ops.custom.CompositeOp;
import org.keras4j.ops.internal.engine.Engine;
import org.keras4j.ops.internal.engine.Prims;
import org.keras4j.ops.internal.engine.Trace;

class PassesTest {
  // claims nothing; whatever else is asked of it is a failure
  private static final Backend NONE = (Backend) Proxy.newProxyInstance(
      PassesTest.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, args) -> {
        if (method.getName().equals("claims")) {
          return false;
        }
        throw new AssertionError(method + " is called");
      });

  private static final TensorSpec MATRIX = TensorSpec.of(DType.FLOAT32, 2, 3);

  private static Graph passed(Function<List<Tensor>, List<Tensor>> f, TensorSpec... inputs) {
    try (Trace t = Trace.root(NONE)) {
      return Passes.run(t.graph(f.apply(t.inputs(List.of(inputs)))), NONE);
    }
  }

  private static List<Primitive> primitives(Graph g) {
    List<Primitive> out = new ArrayList<>();
    g.nodes().forEach(n -> out.add(n.primitive()));
    return out;
  }

  @Test
  void whatChangesNothingIsDropped() {
    Graph g = passed(
        in -> {
          Tensor x = in.get(0);
          x = Prims.mul(x, 1);
          x = Prims.sub(x, 0);
          x = Prims.div(x, 1);
          x = Prims.neg(Prims.neg(x));
          x = Engine.bind1(new Transpose(IntList.of(1, 0)), Prims.transpose(x, 1, 0));
          x = Prims.reshape(Prims.reshape(x, 3, 2), 2, 3);
          x = Prims.reverse(Prims.reverse(x, 1), 1);
          x = Prims.convert(Prims.convert(x, DType.FLOAT64), DType.FLOAT32);
          x = Prims.slice(x, 0, 0, 2);
          x = Prims.pad(x, 7, new long[2], new long[2]);
          return List.of(Prims.stopGradient(x));
        },
        MATRIX);
    assertEquals(List.of(), primitives(g));
    assertSame(g.inputs().get(0), g.outputs().get(0));
  }

  @Test
  void whatChangesSomethingStays() {
    Graph g = passed(
        in -> List.of(
            // -0 + 0 is 0, and float16 does not hold all of float32
            Prims.add(in.get(0), 0),
            Prims.convert(Prims.convert(in.get(0), DType.FLOAT16), DType.FLOAT32),
            Prims.mul(in.get(0), -1),
            Prims.transpose(Prims.transpose(in.get(1), 1, 2, 0), 1, 0, 2)),
        MATRIX,
        TensorSpec.of(DType.FLOAT32, 2, 3, 4));
    assertEquals(
        2, g.nodes().stream().filter(n -> n.primitive() instanceof Convert).count());
    assertEquals(
        2, g.nodes().stream().filter(n -> n.primitive() instanceof Binary).count());
    assertEquals(
        List.of(new Transpose(IntList.of(2, 1, 0))),
        primitives(g).stream().filter(p -> p instanceof Transpose).toList());
  }

  @Test
  void unknownSizesKeepTheirReshapes() {
    Graph g = passed(
        in -> List.of(Prims.reshape(Prims.reshape(in.get(0), -1), -1, 3)),
        TensorSpec.of(DType.FLOAT32, -1, 3));
    assertEquals(new ReshapeTo(Shape.of(-1, 3)), primitives(g).get(primitives(g).size() - 1));
  }

  @Test
  void literalsAreComputed() {
    Graph g = passed(
        in -> {
          Tensor n = Prims.convert(Prims.scalar(DType.INT32, 6L), DType.FLOAT32);
          Tensor c = Prims.sub(1, Prims.div(1, n));
          return List.of(Prims.mul(in.get(0), c));
        },
        MATRIX);
    assertEquals(2, g.nodes().size());
    ArrayConstant c = (ArrayConstant) g.nodes().get(0).primitive();
    float sixth = 1f / 6f;
    assertEquals(1f - sixth, c.value().getFloat(0));
  }

  @Test
  void elementwisePrimitivesBroadcastThemselves() {
    Graph g = passed(
        in -> List.of(Prims.add(in.get(0), Prims.broadcastTo(in.get(1), Shape.of(2, 3)))),
        MATRIX,
        TensorSpec.of(DType.FLOAT32, 3));
    assertTrue(primitives(g).stream().noneMatch(p -> p instanceof BroadcastInDim));
    assertEquals(MATRIX, g.outputs().get(0).spec());
    // one of two must stay
    Graph both = passed(
        in -> List.of(Prims.add(
            Prims.broadcastTo(in.get(0), Shape.of(2, 3)),
            Prims.broadcastTo(in.get(0), Shape.of(2, 3)))),
        TensorSpec.of(DType.FLOAT32, 3));
    assertEquals(MATRIX, both.outputs().get(0).spec());
  }

  @Test
  void unreadResultsOfScansAreNotComputed() {
    Graph g = passed(
        in -> {
          Graph body = Trace.subgraph(
              List.of(TensorSpec.of(DType.FLOAT32, 3), TensorSpec.of(DType.FLOAT32, 3)),
              new ArrayList<>(),
              x ->
                  List.of(Prims.add(x.get(0), x.get(1)), Prims.exp(x.get(0)), Prims.log(x.get(1))));
          List<Tensor> out = Engine.bind(
              new Scan(body, 1, 1, 2, false), List.of(Prims.sum(in.get(0), 0), in.get(0)));
          return List.of(out.get(0), out.get(2));
        },
        MATRIX);
    Scan scan =
        (Scan) primitives(g).stream().filter(p -> p instanceof Scan).findFirst().orElseThrow();
    assertEquals(2, scan.body().outputs().size());
    assertEquals(2, scan.body().nodes().size());
  }

  /** A carry stays if somebody reads it, or something that is read comes of it. */
  @Test
  void carriesThatOnlyMatterToThemselvesAreNotComputed() {
    TensorSpec row = TensorSpec.of(DType.FLOAT32, 3);
    for (boolean read : new boolean[] {false, true}) {
      Graph g = passed(
          in -> {
            // the second carry is what the result comes of, the third comes of the second
            Graph body = Trace.subgraph(
                List.of(row, row, row, row),
                new ArrayList<>(),
                x -> List.of(
                    Prims.exp(Prims.add(x.get(0), x.get(3))),
                    Prims.mul(x.get(1), x.get(3)),
                    Prims.sub(x.get(2), x.get(1)),
                    Prims.neg(x.get(1))));
            Tensor start = Prims.sum(in.get(0), 0);
            List<Tensor> out = Engine.bind(
                new Scan(body, 3, 1, 2, false), List.of(start, start, start, in.get(0)));
            return read ? List.of(out.get(3), out.get(2)) : List.of(out.get(3));
          },
          MATRIX);
      Node node = g.nodes().stream()
          .filter(n -> n.primitive() instanceof Scan)
          .findFirst()
          .orElseThrow();
      Scan scan = (Scan) node.primitive();
      assertEquals(read ? 2 : 1, scan.carries());
      assertEquals(read ? 3 : 2, scan.body().inputs().size());
      assertEquals(read ? 3 : 2, node.inputs().size());
      assertEquals(read ? 3 : 2, scan.body().nodes().size());
      assertEquals(scan.infer(node.inputSpecs()), node.outputSpecs());
    }
  }

  @Test
  void bodiesAreWorkedOnToo() {
    CompositeOp twice = CompositeOp.withCustomGradient(
        "twice",
        (a, x) -> List.of(Prims.mul(x.get(0), 2)),
        new CompositeOp.Gradient(
            CompositeOp.of("f", (a, x) -> x), CompositeOp.of("b", (a, x) -> x)));
    Graph g = passed(
        in -> {
          Graph branch = Trace.subgraph(
              List.of(MATRIX),
              new ArrayList<>(),
              x -> List.of(Prims.mul(twice.call1(Attributes.NONE, x.get(0)), 1)));
          return Engine.bind(new Case(List.of(branch, branch)), in);
        },
        TensorSpec.of(DType.INT32),
        MATRIX);
    Case c = (Case) g.nodes().get(0).primitive();
    assertEquals(
        1,
        c.branches().get(0).nodes().stream()
            .filter(n -> n.primitive() instanceof Binary)
            .count());
  }

  @Test
  void aKnownBranchIsTaken() {
    Graph g = passed(
        in -> {
          Graph a =
              Trace.subgraph(List.of(MATRIX), new ArrayList<>(), x -> List.of(Prims.exp(x.get(0))));
          Graph b = Trace.subgraph(List.of(MATRIX), new ArrayList<>(), x -> x);
          return Engine.bind(
              new Case(List.of(a, b)), List.of(Prims.scalar(DType.INT32, 5L), in.get(0)));
        },
        MATRIX);
    assertEquals(List.of(), primitives(g));
  }

  @Test
  void hostCallsStay() {
    HostCall call = new HostCall("print", List.of(), x -> List.of());
    Graph g = passed(
        in -> {
          Engine.bind(call, in);
          return in;
        },
        MATRIX);
    assertEquals(List.of(call), primitives(g));
    assertTrue(Staged.needed(g));
  }

  @Test
  void duplicatesAreMerged() {
    Graph g = passed(
        in -> List.of(
            Prims.add(Prims.exp(in.get(0)), 2),
            Prims.add(Prims.exp(in.get(0)), Prims.scalar(DType.FLOAT32, 2))),
        MATRIX);
    assertSame(g.outputs().get(0), g.outputs().get(1));
    assertEquals(
        NDArray.scalar(DType.FLOAT32, 2.0), ((ArrayConstant) primitives(g).get(1)).value());
  }
}
