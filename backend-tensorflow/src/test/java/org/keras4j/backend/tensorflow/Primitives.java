package org.keras4j.backend.tensorflow;

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

  static NDArray floats(double[] values, long... dims) {
    return NDArray.of(values, dims).astype(DType.FLOAT32);
  }
}
