package org.keras4j.backend.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** Runs primitives in every way the backend has, and compares. */
final class Runs {
  static final Backend BACKEND = Keras.backend("pytorch");

  private Runs() {}

  static List<NDArray> eager(Primitive p, NDArray... in) {
    List<TensorSpec> specs = Arrays.stream(in).map(NDArray::spec).toList();
    List<BackendTensor> tensors = upload(in);
    List<NDArray> out = new ArrayList<>();
    for (BackendTensor t : BACKEND.execute(p, tensors, p.infer(specs))) {
      out.add(t.toHost());
      t.close();
    }
    tensors.forEach(BackendTensor::close);
    return out;
  }

  static List<BackendTensor> upload(NDArray... in) {
    return Arrays.stream(in).map(a -> BACKEND.fromHost(a, "cpu:0")).toList();
  }

  /** The graph of one primitive whose inputs are inputs, or constants. */
  static Graph graph(Primitive p, boolean constants, NDArray... in) {
    GraphBuilder b = new GraphBuilder();
    List<Value> values = new ArrayList<>();
    for (NDArray a : in) {
      values.add(
          constants ? b.add1(new org.keras4j.core.primitive.ArrayConstant(a)) : b.input(a.spec()));
    }
    return b.build(b.add(p, values));
  }

  static List<NDArray> run(Graph g, NDArray... in) {
    try (Executable e = BACKEND.compile(g, CompileOptions.DEFAULT)) {
      List<BackendTensor> tensors = upload(in);
      List<NDArray> out = e.run(tensors).stream().map(BackendTensor::toHost).toList();
      tensors.forEach(BackendTensor::close);
      return out;
    }
  }

  /** As a compiled graph whose inputs are all given away. */
  static List<NDArray> donated(Primitive p, NDArray... in) {
    Graph g = graph(p, false, in);
    Map<Integer, Integer> donated = new java.util.HashMap<>();
    for (int i = 0; i < in.length; i++) {
      donated.put(i, 0);
    }
    try (Executable e = BACKEND.compile(g, new CompileOptions(donated, false, ""))) {
      return e.run(upload(in)).stream().map(BackendTensor::toHost).toList();
    }
  }

  /** Asserts what all ways of running give. */
  static void check(Primitive p, List<NDArray> in, NDArray... expected) {
    check(1e-6, p, in, expected);
  }

  static void check(double tolerance, Primitive p, List<NDArray> in, NDArray... expected) {
    NDArray[] a = in.toArray(new NDArray[0]);
    same(p + " eager", tolerance, eager(p, a), expected);
    same(p + " compiled", tolerance, run(graph(p, false, a), a), expected);
    DType t = expected[0].dtype();
    if (t == DType.FLOAT32
        || t == DType.INT32
        || t == DType.BOOL) { // the ways differ in text, not in types
      same(p + " on constants", tolerance, run(graph(p, true, a)), expected);
      same(p + " donated", tolerance, donated(p, a), expected);
    }
  }

  static void same(String what, double tolerance, List<NDArray> got, NDArray... expected) {
    assertEquals(expected.length, got.size(), what);
    for (int k = 0; k < expected.length; k++) {
      NDArray e = expected[k];
      NDArray g = got.get(k);
      assertEquals(e.spec(), g.spec(), what);
      for (int i = 0; i < e.size(); i++) {
        boolean ok;
        if (e.dtype().isFloat() || e.dtype().isComplex()) {
          ok = close(e.getDouble(i), g.getDouble(i), tolerance)
              && close(e.getImaginary(i), g.getImaginary(i), tolerance);
        } else {
          ok = e.getLong(i) == g.getLong(i);
        }
        if (!ok) {
          fail(what + ", result " + k + ", element " + i + ": expected " + e + ", got " + g);
        }
      }
    }
  }

  static boolean close(double e, double g, double tolerance) {
    if (Double.isNaN(e) || Double.isInfinite(e)) {
      return Double.compare(e, g) == 0 || e == g;
    }
    return Math.abs(e - g) <= tolerance * Math.max(1, Math.abs(e));
  }
}
