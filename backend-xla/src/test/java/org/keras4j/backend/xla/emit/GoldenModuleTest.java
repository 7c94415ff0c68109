package org.keras4j.backend.xla.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.*;

/**
 * The text of programs, word by word: what a plugin is sent. The files are resources; with {@code
 * -Dgolden.print} the test prints what they should hold.
 */
class GoldenModuleTest {
  private static final TensorSpec M = TensorSpec.of(DType.FLOAT32, 2, 3);

  /** A program to be written. */
  record Sample(String name, Graph graph, Map<Integer, Integer> donated) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Sample one(String name, Primitive p, TensorSpec... in) {
    GraphBuilder b = new GraphBuilder();
    List<Value> values = Stream.of(in).map(b::input).toList();
    return new Sample(name, b.build(b.add(p, values)), Map.of());
  }

  static List<Sample> samples() {
    ConvAttributes conv = new ConvAttributes(
        LongList.of(2, 1), LongList.of(1, 0), LongList.of(0, 1), LongList.of(1, 2), 1);
    TensorSpec image = TensorSpec.of(DType.FLOAT32, 1, 6, 5, 2);
    TensorSpec kernel = TensorSpec.of(DType.FLOAT32, 3, 2, 2, 4);
    Window w = new Window(
        LongList.of(1, 2),
        LongList.of(1, 2),
        LongList.of(1, 1),
        LongList.of(0, 0),
        LongList.of(0, 1));
    return List.of(
        trainStep(),
        one(
            "dot",
            new DotGeneral(IntList.of(), IntList.of(), IntList.of(1), IntList.of(1), null),
            M,
            M),
        one("conv", new Conv(conv), image, kernel),
        one(
            "conv_kernel_grad",
            new ConvKernelGrad(conv, kernel.shape()),
            image,
            TensorSpec.of(DType.FLOAT32, 1, 3, 4, 4)),
        one("reduce_max", new Reduce(Reduce.ReduceKind.MAX, IntList.of(1)), M),
        one("reduce_window", new ReduceWindow(ReduceWindow.WindowKind.MAX, w), M),
        one("window_select_add", new WindowSelectAdd(w), M, TensorSpec.of(DType.FLOAT32, 2, 2)),
        one("take", new Take(1, Take.OutOfBounds.FILL), M, TensorSpec.of(DType.INT32, 4)),
        one(
            "scatter",
            new ScatterNd(ScatterNd.ScatterKind.ADD),
            M,
            TensorSpec.of(DType.INT64, 5, 1),
            TensorSpec.of(DType.FLOAT32, 5, 3)),
        one("sort", new Sort(1, true), M, TensorSpec.of(DType.INT32, 2, 3)),
        one("random_bits", new RandomBits(Shape.of(5)), TensorSpec.of(DType.UINT32, 2)),
        scan());
  }

  /** A state that is read, changed and given back in its own memory. */
  private static Sample trainStep() {
    GraphBuilder b = new GraphBuilder();
    Value weights = b.input(M);
    Value gradient = b.input(M);
    Value rate = b.add1(new ArrayConstant(NDArray.scalar(DType.FLOAT32, 0.1)));
    Value step = b.add1(new Binary(BinaryKind.MUL), gradient, rate);
    Value next = b.add1(new Binary(BinaryKind.SUB), weights, step);
    Value norm = b.add1(new Reduce(Reduce.ReduceKind.SUM, IntList.of(0, 1)), step);
    return new Sample("train_step", b.build(List.of(norm, next)), Map.of(0, 1));
  }

  private static Sample scan() {
    GraphBuilder b = new GraphBuilder();
    Value carry = b.input(TensorSpec.of(DType.FLOAT32, 3));
    Value row = b.input(TensorSpec.of(DType.FLOAT32, 3));
    Value next = b.add1(new Binary(BinaryKind.ADD), carry, row);
    Graph body = b.build(List.of(next, b.add1(new Unary(UnaryKind.TANH), next)));
    return one("scan", new Scan(body, 1, 1, 2, false), TensorSpec.of(DType.FLOAT32, 3), M);
  }

  private static Map<String, String> golden() throws IOException {
    Map<String, String> out = new LinkedHashMap<>();
    try (InputStream in = GoldenModuleTest.class.getResourceAsStream("golden-modules.txt")) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String part : all.split("// ")) {
        int end = part.indexOf('\n');
        if (end > 0) {
          out.put(part.substring(0, end), part.substring(end + 1));
        }
      }
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void isWrittenAsBefore(Sample s) throws IOException {
    Module m = GraphEmitter.emit(s.graph, EmitOptions.DEFAULT, s.donated);
    if (System.getProperty("golden.print") != null) {
      System.out.print("// " + s.name + "\n" + m.text());
      return;
    }
    assertEquals(golden().get(s.name), m.text());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void usesLongStableOperationsOnly(Sample s) {
    Module m = GraphEmitter.emit(s.graph, EmitOptions.DEFAULT, s.donated);
    assertTrue(!m.text().contains("custom_call"), m.text());
    assertTrue(!m.text().contains("mhlo"), m.text());
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void precisionIsThatOfFloat32Only(Precision precision) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.BFLOAT16, DType.FLOAT64}) {
      TensorSpec m = TensorSpec.of(dtype, 3, 3);
      Sample dot = one(
          "dot",
          new DotGeneral(IntList.of(), IntList.of(), IntList.of(1), IntList.of(0), null),
          m,
          m);
      ConvAttributes plain =
          new ConvAttributes(LongList.of(1), LongList.of(0), LongList.of(0), LongList.of(1), 1);
      Sample conv = one(
          "conv", new Conv(plain), TensorSpec.of(dtype, 1, 5, 2), TensorSpec.of(dtype, 3, 2, 4));
      for (Sample s : List.of(dot, conv)) {
        String text = GraphEmitter.emit(
                s.graph, new EmitOptions(precision, true, false, false), Map.of())
            .text();
        boolean marked = dtype == DType.FLOAT32 && precision != Precision.DEFAULT;
        assertEquals(marked, text.contains(precision.name()), text);
      }
    }
  }
}
