package org.keras4j.backend.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** Runs single primitives eagerly, compiled, and compiled for unknown dimensions. */
final class Primitives {
  static final Backend BACKEND = new TensorFlowProvider().create();

  private Primitives() {}

  static List<NDArray> eager(Primitive p, NDArray... inputs) {
    List<BackendTensor> in = upload(inputs);
    List<TensorSpec> specs = new ArrayList<>();
    in.forEach(t -> specs.add(t.spec()));
    return download(BACKEND.execute(p, in, p.infer(specs)), in);
  }

  static List<NDArray> compiled(Primitive p, NDArray... inputs) {
    List<TensorSpec> specs = new ArrayList<>();
    for (NDArray a : inputs) {
      specs.add(a.spec());
    }
    return compiled(p, CompileOptions.DEFAULT, specs, inputs);
  }

  /** Compiled with the first dimension of each input of a rank unknown. */
  static List<NDArray> dynamic(Primitive p, NDArray... inputs) {
    List<TensorSpec> specs = new ArrayList<>();
    for (NDArray a : inputs) {
      TensorSpec s = a.spec();
      specs.add(s.rank() == 0 ? s : s.withShape(s.shape().with(0, Shape.UNKNOWN)));
    }
    return compiled(p, new CompileOptions(java.util.Map.of(), true, ""), specs, inputs);
  }

  static List<NDArray> compiled(
      Primitive p, CompileOptions options, List<TensorSpec> specs, NDArray... inputs) {
    GraphBuilder b = new GraphBuilder();
    List<Value> values = new ArrayList<>();
    specs.forEach(s -> values.add(b.input(s)));
    return run(b.build(b.add(p, values)), options, inputs);
  }

  static List<NDArray> run(Graph g, CompileOptions options, NDArray... inputs) {
    List<BackendTensor> in = upload(inputs);
    try (Executable e = BACKEND.compile(g, options)) {
      return download(e.run(in), in);
    }
  }

  private static List<BackendTensor> upload(NDArray... inputs) {
    List<BackendTensor> in = new ArrayList<>();
    for (NDArray a : inputs) {
      in.add(BACKEND.fromHost(a, ""));
    }
    return in;
  }

  private static List<NDArray> download(List<BackendTensor> out, List<BackendTensor> in) {
    List<NDArray> arrays = new ArrayList<>();
    for (BackendTensor t : out) {
      arrays.add(t.toHost());
      t.close();
    }
    in.forEach(BackendTensor::close);
    return arrays;
  }

  /** Eager and compiled both give the expected arrays. */
  static void check(Primitive p, List<NDArray> expected, NDArray... inputs) {
    assertClose(p + " eager", expected, eager(p, inputs));
    assertClose(p + " compiled", expected, compiled(p, inputs));
  }

  static void check(Primitive p, NDArray expected, NDArray... inputs) {
    check(p, List.of(expected), inputs);
  }

  /** As {@link #check}, for unknown dimensions too. */
  static void checkAll(Primitive p, NDArray expected, NDArray... inputs) {
    check(p, expected, inputs);
    assertClose(p + " dynamic", List.of(expected), dynamic(p, inputs));
  }

  static void assertClose(String what, List<NDArray> expected, List<NDArray> actual) {
    assertEquals(expected.size(), actual.size(), what);
    for (int i = 0; i < expected.size(); i++) {
      assertClose(what + " output " + i, expected.get(i), actual.get(i));
    }
  }

  static void assertClose(String what, NDArray expected, NDArray actual) {
    assertEquals(expected.spec(), actual.spec(), what);
    double tolerance = tolerance(expected.dtype());
    for (int i = 0; i < expected.size(); i++) {
      assertClose(what, i, tolerance, expected.getDouble(i), actual.getDouble(i), expected, actual);
      assertClose(
          what, i, tolerance, expected.getImaginary(i), actual.getImaginary(i), expected, actual);
    }
  }

  private static void assertClose(
      String what, int i, double tolerance, double e, double a, NDArray all, NDArray got) {
    boolean same = e == a || Double.isNaN(e) && Double.isNaN(a);
    assertTrue(
        same || Math.abs(e - a) <= tolerance * (1 + Math.abs(e)),
        () -> what + " at " + i + ": expected " + e + ", got " + a + "\n" + all + "\n" + got);
  }

  private static double tolerance(DType t) {
    return switch (t) {
      case FLOAT16 -> 2e-3;
      case BFLOAT16 -> 1e-2;
      case FLOAT32, COMPLEX64 -> 2e-6;
      case FLOAT64, COMPLEX128 -> 1e-12;
      case FLOAT8_E4M3FN -> 0.07;
      case FLOAT8_E5M2 -> 0.13;
      default -> 0;
    };
  }

  /** An array of a dtype with the numbers given. */
  static NDArray array(DType t, double[] values, long... dims) {
    return NDArray.of(values, dims).astype(t);
  }

  static NDArray floats(double[] values, long... dims) {
    return array(DType.FLOAT32, values, dims);
  }
}
