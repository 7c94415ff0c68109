package org.keras4j.tck.primitives;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.ArrayConstant;
import org.keras4j.core.primitive.Bitcast;
import org.keras4j.core.primitive.Convert;
import org.keras4j.core.primitive.HostCall;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.primitive.ReduceWindow;
import org.keras4j.core.primitive.WindowSelectAdd;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.tck.kit.KitOptions;

/**
 * Runs primitives on the backend in use, in every way that there is: eagerly; compiled; compiled with all inputs given
 * away; compiled on constants; and, of up to six axes with something in them, compiled with a first axis of unknown size
 * (but for windows over that axis, and the gradient of a maximum, which is taken of shapes that are known).
 */
final class Runs {
  private static final CompileOptions DYNAMIC = new CompileOptions(Map.of(), true, "");

  /** The kinds of primitives that were held to expected results, by backend. */
  private static final Map<String, Set<Class<?>>> HELD = new ConcurrentHashMap<>();

  /** Of which calls further ways were tried. */
  private static final Set<Object> FURTHER = ConcurrentHashMap.newKeySet();

  private static volatile KitOptions options = new KitOptions();

  private Runs() {}

  static Backend backend() {
    return Keras.backend();
  }

  /** Takes what is said of the backend in use. */
  static void use(KitOptions said) {
    options = said;
  }

  /** Whether the backend in use computes with a dtype. */
  static boolean computes(DType t) {
    return backend().supports(t) && options.computesWith(t);
  }

  /** The kinds of primitives that were run on the backend in use. */
  static Set<Class<?>> held() {
    return HELD.computeIfAbsent(backend().name(), n -> ConcurrentHashMap.newKeySet());
  }

  static List<BackendTensor> upload(NDArray... in) {
    return Arrays.stream(in).map(a -> backend().fromHost(a, "")).toList();
  }

  /** The arrays of tensors, which are closed. */
  static List<NDArray> download(List<BackendTensor> tensors) {
    List<NDArray> out = new ArrayList<>();
    for (BackendTensor t : tensors) {
      out.add(t.toHost());
      t.close();
    }
    return out;
  }

  static List<NDArray> eager(Primitive p, NDArray... in) {
    held().add(p.getClass());
    List<TensorSpec> specs = Arrays.stream(in).map(NDArray::spec).toList();
    List<BackendTensor> tensors = upload(in);
    List<NDArray> out = download(backend().execute(p, tensors, p.infer(specs)));
    tensors.forEach(BackendTensor::close);
    return out;
  }

  /** The graph of one primitive whose inputs are inputs, or constants. */
  static Graph graph(Primitive p, boolean constants, NDArray... in) {
    GraphBuilder b = new GraphBuilder();
    List<Value> values = new ArrayList<>();
    for (NDArray a : in) {
      values.add(constants ? b.add1(new ArrayConstant(a)) : b.input(a.spec()));
    }
    return b.build(b.add(p, values));
  }

  static List<NDArray> run(Graph g, NDArray... in) {
    return run(g, CompileOptions.DEFAULT, in);
  }

  static List<NDArray> run(Graph g, CompileOptions options, NDArray... in) {
    try (Executable e = backend().compile(g, options)) {
      List<BackendTensor> tensors = upload(in);
      List<NDArray> out = download(e.run(tensors));
      tensors.forEach(BackendTensor::close);
      return out;
    }
  }

  static List<NDArray> compiled(Primitive p, NDArray... in) {
    return run(graph(p, false, in), in);
  }

  /** As a compiled graph, with the first axis of each input of unknown size; null if the primitive takes no such. */
  static @Nullable List<NDArray> dynamic(Primitive p, NDArray... in) {
    List<TensorSpec> specs = new ArrayList<>();
    for (NDArray a : in) {
      TensorSpec s = a.spec();
      specs.add(s.rank() == 0 ? s : s.withShape(s.shape().with(0, Shape.UNKNOWN)));
    }
    return dynamic(p, specs, in);
  }

  static @Nullable List<NDArray> dynamic(Primitive p, List<TensorSpec> specs, NDArray... in) {
    try {
      p.infer(specs);
    } catch (IllegalArgumentException e) {
      return null;
    }
    GraphBuilder b = new GraphBuilder();
    List<Value> values = new ArrayList<>();
    specs.forEach(s -> values.add(b.input(s)));
    return run(b.build(b.add(p, values)), DYNAMIC, in);
  }

  /** As a compiled graph, with every input given away for which there is an output of its spec. */
  static List<NDArray> donated(Primitive p, NDArray... in) {
    Graph g = graph(p, false, in);
    Map<Integer, Integer> donated = new HashMap<>();
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < in.length; i++) {
      for (int o = 0; o < g.outputs().size() && !donated.containsKey(i); o++) {
        if (g.outputs().get(o).spec().equals(in[i].spec()) && taken.add(o)) {
          donated.put(i, o);
        }
      }
    }
    try (Executable e = backend().compile(g, new CompileOptions(donated, false, ""))) {
      List<BackendTensor> tensors = upload(in);
      List<NDArray> out = download(e.run(tensors));
      for (int i = 0; i < in.length; i++) {
        assertEquals(donated.containsKey(i), tensors.get(i).isClosed(), p + " donated: input " + i);
        tensors.get(i).close();
      }
      return out;
    }
  }

  /** Whether making a program costs much, so that fewer are made. */
  static boolean dear() {
    return backend().prefersPrograms();
  }

  /** Whether further ways are tried: always, or where programs are dear once for each kind and number of axes. */
  private static boolean further(Primitive p, List<NDArray> in) {
    return !dear()
        || FURTHER.add(List.of(
            backend().name(), p.getClass(), in.stream().map(NDArray::rank).toList()));
  }

  /** Whether there is something in each array, and no more axes than models have. */
  private static boolean usual(List<NDArray> arrays) {
    return arrays.stream().allMatch(a -> a.size() > 0 && a.rank() <= 6);
  }

  /** Whether windows go over the first axis, which is a batch's where its size is unknown. */
  private static boolean overFirstAxis(Primitive p) {
    return p instanceof WindowSelectAdd
        || (p instanceof ReduceWindow r && r.window().size().get(0) != 1);
  }

  private static boolean compiles(Primitive p) {
    return !(p instanceof HostCall) || backend().compilesHostCalls();
  }

  /** Holds what all ways of running give; the dtypes of the arrays decide the tolerance. */
  static void check(Primitive p, List<NDArray> in, NDArray... expected) {
    check(0, p, in, expected);
  }

  /** Likewise, with a tolerance that is at least this. */
  static void check(double tolerance, Primitive p, List<NDArray> in, NDArray... expected) {
    if (!supported(p, in) || !supported(p, List.of(expected))) {
      return;
    }
    NDArray[] a = in.toArray(new NDArray[0]);
    same(p + " eager", tolerance, eager(p, a), expected);
    if (!compiles(p)) {
      return;
    }
    same(p + " compiled", tolerance, compiled(p, a), expected);
    DType t = expected[0].dtype();
    boolean plain = t == DType.FLOAT32 || t == DType.INT32 || t == DType.BOOL;
    if (plain && further(p, in)) { // the ways differ in text, not in types
      same(p + " on constants", tolerance, run(graph(p, true, a)), expected);
      same(p + " donated", tolerance, donated(p, a), expected);
      boolean asked = usual(in) && usual(List.of(expected)) && !overFirstAxis(p);
      List<NDArray> got = asked ? dynamic(p, a) : null;
      if (got != null) {
        same(p + " of unknown sizes", tolerance, got, expected);
      }
    }
  }

  private static boolean supported(Primitive p, List<NDArray> arrays) {
    boolean moves = p instanceof Convert || p instanceof Bitcast;
    return arrays.stream()
        .allMatch(a -> moves ? backend().supports(a.dtype()) : computes(a.dtype()));
  }

  /** Holds one result. */
  static void expect(Primitive p, NDArray expected, NDArray... in) {
    check(p, List.of(in), expected);
  }

  /** Holds several results. */
  static void expect(Primitive p, List<NDArray> expected, NDArray... in) {
    check(p, List.of(in), expected.toArray(new NDArray[0]));
  }

  /** The results of a primitive, which must be the same eagerly and compiled. */
  static List<NDArray> all(Primitive p, NDArray... in) {
    List<NDArray> eager = eager(p, in);
    List<TensorSpec> out = p.infer(Arrays.stream(in).map(NDArray::spec).toList());
    for (int i = 0; i < out.size(); i++) {
      assertEquals(out.get(i), eager.get(i).spec(), p.toString());
    }
    if (compiles(p)) {
      same(p + " compiled", 0, compiled(p, in), eager.toArray(new NDArray[0]));
    }
    return eager;
  }

  static NDArray one(Primitive p, NDArray... in) {
    return all(p, in).get(0);
  }

  static double tolerance(DType t) {
    return switch (t) {
      case FLOAT16 -> 2e-3;
      case BFLOAT16 -> 1.6e-2;
      case FLOAT32, COMPLEX64 -> 2e-6;
      case FLOAT64, COMPLEX128 -> 1e-12;
      case FLOAT8_E4M3FN -> 0.07;
      case FLOAT8_E5M2 -> 0.13;
      default -> 0;
    };
  }

  static void same(String what, double tolerance, List<NDArray> got, NDArray... expected) {
    assertEquals(expected.length, got.size(), what);
    for (int k = 0; k < expected.length; k++) {
      NDArray e = expected[k];
      NDArray g = got.get(k);
      assertEquals(e.spec(), g.spec(), what);
      double t = Math.max(tolerance, tolerance(e.dtype()));
      for (int i = 0; i < e.size(); i++) {
        boolean ok = e.dtype().isFloat() || e.dtype().isComplex()
            ? close(e.getDouble(i), g.getDouble(i), t)
                && close(e.getImaginary(i), g.getImaginary(i), t)
            : e.getLong(i) == g.getLong(i);
        if (!ok) {
          fail(what + ", result " + k + ", element " + i + ": expected " + e + ", got " + g);
        }
      }
    }
  }

  private static boolean close(double e, double g, double tolerance) {
    if (Double.isNaN(e) || Double.isInfinite(e)) {
      return Double.compare(e, g) == 0;
    }
    return Math.abs(e - g) <= tolerance * (1 + Math.abs(e));
  }

  static void close(double tolerance, NDArray got, double... want) {
    double[] g = got.toDoubleArray();
    assertEquals(want.length, g.length, () -> "got " + got);
    for (int i = 0; i < g.length; i++) {
      int at = i;
      assertTrue(
          close(want[i], g[i], tolerance),
          () -> "element " + at + " of " + got + ", expected " + Arrays.toString(want));
    }
  }

  static void exact(NDArray got, long... want) {
    assertArrayEquals(want, got.toLongArray(), () -> "got " + got);
  }

  static void exact(NDArray got, boolean... want) {
    assertArrayEquals(want, got.toBooleanArray(), () -> "got " + got);
  }

  /** An array of a dtype with the numbers given. */
  static NDArray array(DType t, double[] values, long... dims) {
    return NDArray.of(values, dims).astype(t);
  }

  static NDArray floats(double[] values, long... dims) {
    return array(DType.FLOAT32, values, dims.length == 0 ? new long[] {values.length} : dims);
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
