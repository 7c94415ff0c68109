package org.keras4j.onnx.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.graph.GraphBuilder;
import org.keras4j.core.graph.Value;
import org.keras4j.core.primitive.Composite;
import org.keras4j.core.primitive.Primitive;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendTensor;
import org.keras4j.core.spi.CompileOptions;
import org.keras4j.core.spi.Executable;
import org.keras4j.onnx.internal.file.OnnxModel;
import org.keras4j.onnx.internal.lowering.Claims;
import org.keras4j.onnx.internal.lowering.GraphExport;
import org.keras4j.onnx.internal.lowering.Refusal;
import org.opentest4j.TestAbortedException;

/**
 * Runs every graph as an ONNX file in onnxruntime, so that the kit that tests backends tests the exporter. Tensors are arrays
 * on the host.
 */
final class OnnxBackend implements Backend {
  static final int OPSET = Integer.getInteger("keras4j.opset", 18);

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public String version() {
    return "onnxruntime, opset " + OPSET;
  }

  @Override
  public List<String> devices() {
    return List.of("cpu:0");
  }

  @Override
  public boolean supports(DType t) {
    return !t.isComplex()
        && t != DType.STRING
        && t != DType.FLOAT8_E4M3FN
        && t != DType.FLOAT8_E5M2;
  }

  @Override
  public BackendTensor fromHost(NDArray array, String device) {
    return new Held(array.copy());
  }

  @Override
  public List<BackendTensor> execute(
      Primitive p, List<BackendTensor> inputs, List<TensorSpec> outputs) {
    GraphBuilder b = new GraphBuilder();
    List<Value> in = new ArrayList<>();
    inputs.forEach(t -> in.add(b.input(t.spec())));
    try (Executable e = compile(b.build(b.add(p, in)), CompileOptions.DEFAULT)) {
      return e.run(inputs);
    }
  }

  /** A program of one primitive of inputs as they come. */
  private record Key(Primitive primitive, List<TensorSpec> inputs) {}

  private static final int KEPT = 256;
  private static final Map<Key, OnnxSession> SESSIONS = new LinkedHashMap<>();

  private static @Nullable Key key(Graph g) {
    boolean single = g.nodes().size() == 1
        && g.nodes().get(0).inputs().equals(g.inputs())
        && g.nodes().get(0).outputs().equals(g.outputs());
    return single ? new Key(g.nodes().get(0).primitive(), g.inputSpecs()) : null;
  }

  // most primitives are run twice of the same inputs, eagerly and compiled: loading a file takes
  // longer than running it
  private static synchronized OnnxSession session(Graph graph) {
    Key key = key(graph);
    OnnxSession s = key == null ? null : SESSIONS.get(key);
    if (s == null) {
      s = load(graph);
      if (key != null) {
        SESSIONS.put(key, s);
        if (SESSIONS.size() > KEPT) {
          SESSIONS.remove(SESSIONS.keySet().iterator().next()).close();
        }
      }
    }
    return s;
  }

  private static OnnxSession load(Graph graph) {
    List<String> in = new ArrayList<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      in.add("in" + i);
    }
    List<String> out = new ArrayList<>();
    for (int i = 0; i < graph.outputs().size(); i++) {
      out.add("out" + i);
    }
    try {
      OnnxModel model = GraphExport.model(
          "graph", graph, in, List.of(), out, new GraphExport.Form("", OPSET, false));
      OnnxPage.form(graph, model);
      return OnnxSession.load(model);
    } catch (Refusal e) {
      OnnxPage.refusal(graph, e);
      throw new TestAbortedException(e.getMessage(), e);
    }
  }

  @Override
  public Executable compile(Graph graph, CompileOptions options) {
    OnnxSession session = session(graph);
    boolean kept = key(graph) != null;
    List<TensorSpec> specs = graph.outputSpecs();
    return new Executable() {
      @Override
      public List<BackendTensor> run(List<BackendTensor> inputs) {
        List<NDArray> arrays = new ArrayList<>();
        inputs.forEach(t -> arrays.add(t.toHost()));
        List<BackendTensor> out = new ArrayList<>();
        List<NDArray> results = session.run(arrays);
        for (int i = 0; i < results.size(); i++) {
          NDArray a = results.get(i);
          DType t = specs.get(i).dtype(); // bytes hold the four-bit types
          out.add(new Held(t == a.dtype() ? a : NDArray.ofBytes(a.bytes(), t, a.shape())));
        }
        options.donated().keySet().forEach(i -> inputs.get(i).close());
        return out;
      }

      @Override
      public void close() {
        if (!kept) {
          session.close();
        }
      }
    };
  }

  @Override
  public boolean claims(Composite c, List<TensorSpec> inputs) {
    return Claims.has(c, inputs, OPSET);
  }

  @Override
  public boolean prefersPrograms() {
    return true;
  }

  @Override
  public boolean compilesHostCalls() {
    return false;
  }

  @Override
  public void synchronize() {}

  /** An array. */
  private static final class Held implements BackendTensor {
    private final NDArray array;
    private boolean closed;

    Held(NDArray array) {
      this.array = array;
    }

    @Override
    public TensorSpec spec() {
      return array.spec();
    }

    @Override
    public String device() {
      return "cpu:0";
    }

    @Override
    public NDArray toHost() {
      return array;
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
