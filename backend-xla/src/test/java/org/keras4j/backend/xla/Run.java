package org.keras4j.backend.xla;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;

/** Runs primitives, eagerly and compiled, and compares with expectations. */
final class Run {
  private Run() {}

  static Backend backend() {
    return Keras.backend("xla");
  }

  /** The results of a primitive, which must be the same both ways. */
  static List<NDArray> all(Primitive p, NDArray... in) {
    List<TensorSpec> specs = Arrays.stream(in).map(NDArray::spec).toList();
    List<TensorSpec> out = p.infer(specs);
    List<BackendTensor> handles = toDevice(in);
    List<NDArray> eager = toHost(backend().execute(p, handles, out));
    GraphBuilder b = new GraphBuilder();
    List<Value> values = new ArrayList<>();
    specs.forEach(s -> values.add(b.input(s)));
    try (Executable e = backend().compile(b.build(b.add(p, values)), CompileOptions.DEFAULT)) {
      List<NDArray> compiled = toHost(e.run(handles));
      assertEquals(eager, compiled, p + " eager and compiled");
    }
    handles.forEach(BackendTensor::close);
    for (int i = 0; i < out.size(); i++) {
      assertEquals(out.get(i), eager.get(i).spec(), p.toString());
    }
    return eager;
  }

  static NDArray one(Primitive p, NDArray... in) {
    return all(p, in).get(0);
  }

  static List<BackendTensor> toDevice(NDArray... in) {
    List<BackendTensor> out = new ArrayList<>();
    for (NDArray a : in) {
      out.add(backend().fromHost(a, ""));
    }
    return out;
  }

  static List<NDArray> toHost(List<BackendTensor> in) {
    List<NDArray> out = new ArrayList<>();
    for (BackendTensor t : in) {
      out.add(t.toHost());
      t.close();
    }
    return out;
  }

  static void close(double tolerance, NDArray got, double... want) {
    double[] g = got.toDoubleArray();
    assertEquals(want.length, g.length, () -> "got " + got);
    for (int i = 0; i < g.length; i++) {
      double limit = tolerance * (1 + Math.abs(want[i]));
      boolean same = Double.isNaN(want[i])
          ? Double.isNaN(g[i])
          : want[i] == g[i] || Math.abs(want[i] - g[i]) <= limit;
      int at = i;
      assertTrue(
          same, () -> "element " + at + " of " + got + ", expected " + Arrays.toString(want));
    }
  }

  static void exact(NDArray got, long... want) {
    assertArrayEquals(want, got.toLongArray(), () -> "got " + got);
  }

  static void exact(NDArray got, boolean... want) {
    assertArrayEquals(want, got.toBooleanArray(), () -> "got " + got);
  }

  static NDArray f32(double[] v, long... dims) {
    float[] f = new float[v.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) v[i];
    }
    return NDArray.of(f, dims.length == 0 ? new long[] {v.length} : dims);
  }

  /** {@code 0, 1, 2, ...} scrambled into small numbers of both signs. */
  static NDArray ramp(long... dims) {
    int n = 1;
    for (long d : dims) {
      n *= (int) d;
    }
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = ((i * 37 + 11) % 53 - 26) / 8f;
    }
    return NDArray.of(f, dims.length == 0 ? new long[] {1} : dims).reshape(dims);
  }
}
