package org.keras4j.backend.tensorflow.savedmodel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.ForeignProgram;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.family.TType;

/** The function of a signature, differentiated by TensorFlow. */
final class SavedModelProgram implements ForeignProgram {
  private static final long[][] TRIED = {{2, 3}, {96, 64}};

  private final Graph graph = new Graph();
  private final Session session;
  private final List<Port> inputs;
  private final List<Port> outputs;
  private final List<Weight> weights;
  private final List<String> places = new ArrayList<>();
  private final byte[] bytes;
  private final Map<List<TensorSpec>, List<TensorSpec>> shapes = new HashMap<>();
  private @Nullable Gradient gradient;

  /** An input or output of the signature, and the tensor of the graph that it is. */
  private record Port(String tensor, TensorSpec spec) {}

  /** Tensors of the graph: what the gradient takes besides, and what it gives; null for zeros. */
  private record Gradient(List<Output<?>> cotangents, List<@Nullable Output<?>> results) {}

  private SavedModelProgram(
      GraphDef flat,
      List<Port> inputs,
      List<Port> outputs,
      List<Weight> weights,
      List<String> places)
      throws IOException {
    this.inputs = inputs;
    this.outputs = outputs;
    this.weights = weights;
    this.places.addAll(places);
    this.bytes = written(flat);
    graph.importGraphDef(flat);
    this.session = new Session(graph);
  }

  static SavedModelProgram of(SavedModelBundle bundle, String source) throws IOException {
    Map<String, SignatureDef> all = bundle.metaGraphDef().getSignatureDefMap();
    SignatureDef signature =
        all.containsKey("serve") ? all.get("serve") : all.get("serving_default");
    if (signature == null) {
      throw new IllegalArgumentException(source
          + " has no signature 'serve' or 'serving_default', only " + new TreeMap<>(all).keySet());
    }
    FlatGraph flat = new FlatGraph(bundle.metaGraphDef().getGraphDef());
    Map<String, String> results;
    try {
      results = flat.add(signature);
    } catch (IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new IllegalArgumentException(source + ": " + e.getMessage(), e.getCause()));
    }
    List<Port> inputs = new ArrayList<>();
    new TreeMap<>(signature.getInputsMap())
        .forEach((name, info) -> inputs.add(new Port(
            "input/" + name + ":0", spec(info.getTensorShape(), info.getDtype().getNumber()))));
    List<Port> outputs = new ArrayList<>();
    results.forEach((name, tensor) -> {
      var info = signature.getOutputsOrThrow(name);
      outputs.add(new Port(tensor, spec(info.getTensorShape(), info.getDtype().getNumber())));
    });
    Set<String> frozen = new HashSet<>();
    bundle.metaGraphDef().getObjectGraphDef().getNodesList().forEach(n -> {
      if (n.hasVariable() && !n.getVariable().getTrainable()) {
        frozen.add(n.getVariable().getName().replaceAll(":0$", ""));
      }
    });
    List<Weight> weights = new ArrayList<>();
    List<String> places = new ArrayList<>();
    flat.variables().forEach((node, place) -> {
      NDArray value = value(bundle, flat, node);
      boolean trainable = value.dtype().isFloat() && !frozen.contains(node);
      weights.add(new Weight(node, value, trainable));
      places.add(place + ":0");
    });
    return new SavedModelProgram(flat.graph(), inputs, outputs, weights, places);
  }

  private static TensorSpec spec(org.tensorflow.proto.TensorShapeProto shape, int type) {
    return new TensorSpec(
        Shape.of(shape.getDimList().stream()
            .mapToLong(org.tensorflow.proto.TensorShapeProto.Dim::getSize)
            .toArray()),
        NativeType.of(type));
  }

  private static NDArray value(SavedModelBundle bundle, FlatGraph flat, String node) {
    Graph g = bundle.graph();
    GraphOperation read = g.opBuilder("ReadVariableOp", "keras4j_read/" + node, g.baseScope())
        .addInput(g.outputOrThrow(node + ":0"))
        .setAttr("dtype", flat.source(node).getAttrOrThrow("dtype").getType())
        .build();
    try (Result r = bundle.session().runner().fetch(read.output(0)).run()) {
      return SessionTensors.array(r.get(0));
    }
  }

  private byte[] written(GraphDef flat) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(all))) {
      for (List<Port> ports : List.of(inputs, outputs)) {
        out.writeInt(ports.size());
        for (Port p : ports) {
          out.writeUTF(p.tensor);
          write(p.spec, out);
        }
      }
      out.writeInt(weights.size());
      for (int i = 0; i < weights.size(); i++) {
        out.writeUTF(weights.get(i).name());
        out.writeUTF(places.get(i));
        out.writeBoolean(weights.get(i).trainable());
        write(weights.get(i).value().spec(), out);
      }
      flat.writeTo(out);
    }
    return all.toByteArray();
  }

  private static void write(TensorSpec s, DataOutputStream out) throws IOException {
    out.writeUTF(s.dtype().toString());
    out.writeInt(s.rank());
    for (long d : s.shape().toArray()) {
      out.writeLong(d);
    }
  }

  private static TensorSpec spec(DataInputStream in) throws IOException {
    DType dtype = DType.of(in.readUTF());
    long[] dims = new long[Math.min(in.readInt(), 64)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = in.readLong();
    }
    return new TensorSpec(Shape.of(dims), dtype);
  }

  static SavedModelProgram read(byte[] program) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(program)))) {
      List<List<Port>> ports = new ArrayList<>();
      for (int k = 0; k < 2; k++) {
        List<Port> these = new ArrayList<>();
        for (int n = in.readInt(); n > 0; n--) {
          these.add(new Port(in.readUTF(), spec(in)));
        }
        ports.add(these);
      }
      List<Weight> weights = new ArrayList<>();
      List<String> places = new ArrayList<>();
      for (int n = in.readInt(); n > 0; n--) {
        String name = in.readUTF();
        places.add(in.readUTF());
        boolean trainable = in.readBoolean();
        TensorSpec spec = spec(in);
        weights.add(new Weight(name, NDArray.zeros(spec.dtype(), spec.shape()), trainable));
      }
      return new SavedModelProgram(
          GraphDef.parseFrom(in), ports.get(0), ports.get(1), weights, places);
    } catch (TensorFlowException e) {
      throw Failures.inPlaceOf(
          e,
          new IOException(
              "The bytes hold no graph of TensorFlow: " + e.getMessage(), e.getCause()));
    }
  }

  @Override
  public List<Weight> weights() {
    return weights;
  }

  @Override
  public List<Integer> assigned() {
    return List.of();
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs.stream().map(Port::spec).toList();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public synchronized List<TensorSpec> outputs(List<TensorSpec> given, boolean training) {
    List<TensorSpec> known = shapes.get(given);
    if (known == null) {
      known = tried(given, 0);
      if (given.stream().anyMatch(s -> !s.shape().isKnown())) {
        List<TensorSpec> other = tried(given, 1);
        List<TensorSpec> both = new ArrayList<>();
        for (int i = 0; i < known.size(); i++) {
          both.add(common(known.get(i), other.get(i)));
        }
        known = both;
      }
      shapes.put(List.copyOf(given), known);
    }
    return known;
  }

  private List<TensorSpec> tried(List<TensorSpec> given, int which) {
    List<NDArray> zeros = new ArrayList<>();
    for (TensorSpec s : given) {
      long[] dims = s.shape().toArray();
      for (int i = 0; i < dims.length; i++) {
        dims[i] = dims[i] < 0 ? TRIED[Math.min(i, 1)][which] : dims[i];
      }
      zeros.add(NDArray.zeros(s.dtype(), Shape.of(dims)));
    }
    List<NDArray> values = weights.stream().map(Weight::value).toList();
    try {
      return call(new Arguments(values, zeros, 0, false)).stream()
          .map(NDArray::spec)
          .toList();
    } catch (BackendException e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              "the SavedModel does not take inputs " + given + ": " + e.getMessage(),
              e.getCause()));
    }
  }

  private static TensorSpec common(TensorSpec a, TensorSpec b) {
    long[] dims = a.shape().toArray();
    for (int i = 0; i < dims.length; i++) {
      dims[i] = dims[i] == b.dim(i) ? dims[i] : -1;
    }
    return a.withShape(Shape.of(dims));
  }

  @Override
  public List<NDArray> call(Arguments a) {
    List<Output<?>> fetched = new ArrayList<>();
    outputs.forEach(p -> fetched.add(graph.outputOrThrow(p.tensor)));
    return run(a, List.of(), List.of(), fetched);
  }

  private List<NDArray> run(
      Arguments a,
      List<Output<?>> further,
      List<NDArray> values,
      List<? extends Operand<?>> fetched) {
    List<TType> fed = new ArrayList<>();
    Session.Runner runner = session.runner();
    try {
      for (int i = 0; i < inputs.size(); i++) {
        fed.add(SessionTensors.of(a.inputs().get(i)));
        runner.feed(inputs.get(i).tensor, fed.get(fed.size() - 1));
      }
      for (int i = 0; i < weights.size(); i++) {
        fed.add(SessionTensors.of(a.weights().get(i)));
        runner.feed(places.get(i), fed.get(fed.size() - 1));
      }
      for (int i = 0; i < further.size(); i++) {
        fed.add(SessionTensors.of(values.get(i)));
        runner.feed(further.get(i), fed.get(fed.size() - 1));
      }
      fetched.forEach(runner::fetch);
      List<NDArray> out = new ArrayList<>();
      try (Result r = runner.run()) {
        for (int i = 0; i < fetched.size(); i++) {
          out.add(SessionTensors.array(r.get(i)));
        }
      }
      return out;
    } catch (TensorFlowException | IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e, new BackendException("The SavedModel failed: " + e.getMessage(), e.getCause()));
    } finally {
      fed.forEach(TType::close);
    }
  }

  private List<TensorSpec> differentiated(Arguments a) {
    List<TensorSpec> all = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i).trainable()) {
        all.add(weights.get(i).value().spec());
      }
    }
    a.inputs().stream().filter(x -> x.dtype().isFloat()).forEach(x -> all.add(x.spec()));
    return all;
  }

  @Override
  public List<NDArray> gradient(Arguments a, List<NDArray> cotangents) {
    Gradient g = gradient();
    List<Output<?>> fetched = new ArrayList<>();
    g.results.stream().filter(r -> r != null).forEach(fetched::add);
    List<NDArray> found = run(a, g.cotangents, cotangents, fetched);
    List<TensorSpec> specs = differentiated(a);
    List<NDArray> out = new ArrayList<>();
    int k = 0;
    for (int i = 0; i < specs.size(); i++) {
      out.add(
          g.results.get(i) != null
              ? found.get(k++)
              : NDArray.zeros(specs.get(i).dtype(), specs.get(i).shape()));
    }
    return out;
  }

  private synchronized Gradient gradient() {
    Gradient g = gradient;
    if (g != null) {
      return g;
    }
    List<Output<?>> y = new ArrayList<>();
    List<Output<?>> dy = new ArrayList<>();
    for (Port p : outputs) {
      if (p.spec.dtype().isFloat()) {
        Output<?> of = graph.outputOrThrow(p.tensor);
        y.add(of);
        dy.add(graph
            .opBuilder("Placeholder", "cotangent" + dy.size(), graph.baseScope())
            .setAttr(
                "dtype", org.tensorflow.proto.DataType.forNumber(of.dataType().getNumber()))
            .build()
            .output(0));
      }
    }
    List<Output<?>> x = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i).trainable()) {
        x.add(graph.outputOrThrow(places.get(i)));
      }
    }
    inputs.stream()
        .filter(p -> p.spec.dtype().isFloat())
        .forEach(p -> x.add(graph.outputOrThrow(p.tensor)));
    try {
      Output<?>[] made = graph.addGradients(
          "gradient",
          y.toArray(Output<?>[]::new),
          x.toArray(Output<?>[]::new),
          dy.toArray(Output<?>[]::new));
      List<@Nullable Output<?>> results = new ArrayList<>();
      for (Output<?> o : made) {
        results.add(isThere(o) ? o : null);
      }
      g = new Gradient(dy, results);
    } catch (TensorFlowException | IllegalArgumentException e) {
      throw Failures.inPlaceOf(
          e,
          new BackendException(
              "TensorFlow has no gradient of this SavedModel outside of Python: " + e.getMessage(),
              e.getCause()));
    }
    gradient = g;
    return g;
  }

  /** Where nothing depends on something, TensorFlow-Java gives an output of no operation, which says that the graph is closed. */
  private static boolean isThere(Output<?> o) {
    try {
      return o.dataType() != null;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
