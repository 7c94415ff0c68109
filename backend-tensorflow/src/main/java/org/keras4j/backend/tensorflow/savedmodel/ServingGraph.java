package org.keras4j.backend.tensorflow.savedmodel;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.keras4j.backend.tensorflow.lowering.GraphTarget;
import org.keras4j.backend.tensorflow.lowering.TensorFlowLowering;
import org.keras4j.backend.tensorflow.lowering.Term;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.GraphFunction;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.backend.tensorflow.runtime.OpCall;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.ServingFunction;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The graph of a SavedModel: the function of inputs and variables, a wrapper of it for each signature, and
 * around them the nodes that sessions run: variables, saving, restoring and the signatures' calls.
 */
final class ServingGraph {
  private static final String[] SIGNATURES = {"serve", "serving_default"};

  final ServingFunction function;
  final List<String> inputs = new ArrayList<>();
  final List<TensorSpec> outputs;
  final String main;
  /** The names of the signatures' functions. */
  final Map<String, String> signatures = new TreeMap<>();

  private final GraphDef.Builder graph = GraphDef.newBuilder();

  ServingGraph(ServingFunction f, Engine engine) {
    this.function = f;
    for (String name : f.inputNames()) {
      inputs.add(name.replaceAll("[^A-Za-z0-9_]", "_"));
    }
    List<String> registered = new ArrayList<>();
    try {
      var g = f.graph(f.inputs());
      this.outputs = g.outputSpecs();
      GraphFunction fn = new GraphFunction(engine, "serve");
      registered = fn.registered();
      GraphTarget target = new GraphTarget(fn, true);
      List<Term> arguments = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        TensorSpec s = TensorFlowLowering.stored(f.inputs().get(i));
        arguments.add(target.parameter(inputs.get(i), s));
      }
      for (int i = 0; i < f.weights().size(); i++) {
        TensorSpec s = TensorFlowLowering.stored(f.weights().get(i).value().spec());
        arguments.add(target.variable("variable_" + i, s));
      }
      target.results(new TensorFlowLowering(target).apply(g, arguments));
      this.main = fn.finish();
      for (String s : SIGNATURES) {
        GraphFunction wrapper = fn.nested("signature_" + s);
        signatures.put(s, wrap(wrapper));
      }
      for (String name : registered) {
        graph.getLibraryBuilder().addFunction(FunctionDef.parseFrom(engine.definition(name)));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new BackendException("TensorFlow's definition of a function cannot be read", e);
    } finally {
      registered.forEach(engine::unregister);
    }
  }

  /** The inputs' positions in the order of their names, in which signatures take them. */
  List<Integer> sortedInputs() {
    return sorted(inputs);
  }

  /** An output's name in signatures, as Keras has them: its key if the model gives a map, else its number. */
  String outputName(int i) {
    if (function.outputStructure() instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> e : map.entrySet()) {
        if (e.getValue().equals(i)) {
          return String.valueOf(e.getKey());
        }
      }
    }
    return "output_" + i;
  }

  List<Integer> sortedOutputs() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      names.add(outputName(i));
    }
    return sorted(names);
  }

  private static List<Integer> sorted(List<String> names) {
    TreeMap<String, Integer> at = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      at.put(names.get(i), i);
    }
    return List.copyOf(at.values());
  }

  /** A function that takes and gives in the order of the names, and calls the main one. */
  private String wrap(GraphFunction wrapper) {
    GraphFunction.Port[] arguments = new GraphFunction.Port[inputs.size()];
    for (int i : sortedInputs()) {
      TensorSpec s = TensorFlowLowering.stored(function.inputs().get(i));
      arguments[i] = wrapper.parameter(inputs.get(i), NativeType.code(s.dtype()), s.shape());
    }
    List<GraphFunction.Port> all = new ArrayList<>(List.of(arguments));
    for (int i = 0; i < function.weights().size(); i++) {
      all.add(wrapper.parameter("variable_" + i, NativeType.RESOURCE, Shape.SCALAR));
    }
    int[] types = new int[outputs.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = NativeType.code(outputs.get(i).dtype());
    }
    OpCall call = new OpCall("StatefulPartitionedCall").function("f", main).types("Tout", types);
    List<GraphFunction.Port> results = wrapper.add(call, List.of(all), types.length);
    sortedOutputs().forEach(i -> wrapper.result(results.get(i)));
    return wrapper.finish();
  }

  // the nodes around, for sessions

  /** Completes a meta graph by graph, saver and signatures. */
  void write(MetaGraphDef.Builder meta) {
    List<String> handles = new ArrayList<>();
    for (ServingFunction.Weight w : function.weights()) {
      handles.add(variable(w));
    }
    saver(meta, handles);
    for (String s : SIGNATURES) {
      meta.putSignatureDef(s, signature(s, handles));
    }
    graph.addNode(node("init", "NoOp"));
    meta.putSignatureDef(
        "__saved_model_init_op",
        SignatureDef.newBuilder()
            .putOutputs(
                "__saved_model_init_op",
                TensorInfo.newBuilder()
                    .setName("init")
                    .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                    .build())
            .build());
    graph.getVersionsBuilder().setProducer(1882).setMinConsumer(12);
    meta.setGraphDef(graph);
  }

  private String variable(ServingFunction.Weight w) {
    String name = "variables/" + w.path().replaceAll("[^A-Za-z0-9_./-]", "_");
    TensorSpec s = TensorFlowLowering.stored(w.value().spec());
    graph.addNode(node(name, "VarHandleOp")
        .putAttr("dtype", type(s.dtype()))
        .putAttr("shape", AttrValue.newBuilder().setShape(shape(s.shape())).build())
        .putAttr("shared_name", text(name)));
    return name;
  }

  private void saver(MetaGraphDef.Builder meta, List<String> handles) {
    int n = handles.size();
    graph.addNode(node("saver_filename", "Placeholder")
        .putAttr("dtype", type(DType.STRING))
        .putAttr("shape", AttrValue.newBuilder().setShape(shape(Shape.SCALAR)).build()));
    List<String> keys = new ArrayList<>();
    List<String> slices = new ArrayList<>();
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    for (int i = 0; i < n; i++) {
      keys.add(ObjectGraph.key(i));
      slices.add("");
      types.addType(dataType(function.weights().get(i).value().dtype()));
    }
    AttrValue dtypes = AttrValue.newBuilder().setList(types).build();
    graph.addNode(strings("saver_names", keys)).addNode(strings("saver_slices", slices));
    NodeDef.Builder restore = node("restore_all", "NoOp");
    NodeDef.Builder save = node("save", "SaveV2", "saver_filename", "saver_names", "saver_slices")
        .putAttr("dtypes", dtypes);
    if (n > 0) {
      graph.addNode(node("restore", "RestoreV2", "saver_filename", "saver_names", "saver_slices")
          .putAttr("dtypes", dtypes));
    }
    for (int i = 0; i < n; i++) {
      AttrValue t = type(function.weights().get(i).value().dtype());
      graph.addNode(node("assign_" + i, "AssignVariableOp", handles.get(i), "restore:" + i)
          .putAttr("dtype", t));
      restore.addInput("^assign_" + i);
      graph.addNode(node("read_" + i, "ReadVariableOp", handles.get(i)).putAttr("dtype", t));
      save.addInput("read_" + i);
    }
    graph.addNode(restore);
    NodeDef.Builder saved =
        node("saved", "Identity", "saver_filename").putAttr("T", type(DType.STRING));
    if (n > 0) {
      graph.addNode(save);
      saved.addInput("^save");
    }
    graph.addNode(saved);
    meta.setSaverDef(SaverDef.newBuilder()
        .setFilenameTensorName("saver_filename:0")
        .setSaveTensorName("saved:0")
        .setRestoreOpName("restore_all")
        .setVersion(SaverDef.CheckpointFormatVersion.V2));
  }

  private SignatureDef signature(String name, List<String> handles) {
    SignatureDef.Builder s = SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict");
    NodeDef.Builder call = node(name + "_call", "StatefulPartitionedCall");
    AttrValue.ListValue.Builder in = AttrValue.ListValue.newBuilder();
    AttrValue.ListValue.Builder out = AttrValue.ListValue.newBuilder();
    for (int i : sortedInputs()) {
      TensorSpec spec = TensorFlowLowering.stored(function.inputs().get(i));
      String placeholder = name + "_" + inputs.get(i);
      graph.addNode(node(placeholder, "Placeholder")
          .putAttr("dtype", type(spec.dtype()))
          .putAttr("shape", AttrValue.newBuilder().setShape(shape(spec.shape())).build()));
      call.addInput(placeholder);
      in.addType(dataType(spec.dtype()));
      s.putInputs(inputs.get(i), info(placeholder + ":0", spec));
    }
    for (String h : handles) {
      call.addInput(h);
      in.addType(DataType.DT_RESOURCE);
    }
    int k = 0;
    for (int i : sortedOutputs()) {
      TensorSpec spec = TensorFlowLowering.stored(outputs.get(i));
      out.addType(dataType(spec.dtype()));
      s.putOutputs(outputName(i), info(name + "_call:" + k++, spec));
    }
    call.putAttr("Tin", AttrValue.newBuilder().setList(in).build());
    call.putAttr("Tout", AttrValue.newBuilder().setList(out).build());
    AttrValue.Builder f = AttrValue.newBuilder();
    f.getFuncBuilder().setName(signatures.get(name));
    graph.addNode(call.putAttr("f", f.build()));
    return s.build();
  }

  private static TensorInfo info(String name, TensorSpec s) {
    return TensorInfo.newBuilder()
        .setName(name)
        .setDtype(dataType(s.dtype()))
        .setTensorShape(shape(s.shape()))
        .build();
  }

  private static NodeDef.Builder node(String name, String op, String... inputs) {
    NodeDef.Builder n = NodeDef.newBuilder().setName(name).setOp(op);
    for (String i : inputs) {
      n.addInput(i);
    }
    return n;
  }

  private static NodeDef strings(String name, List<String> values) {
    TensorProto.Builder t = TensorProto.newBuilder()
        .setDtype(DataType.DT_STRING)
        .setTensorShape(shape(Shape.of(values.size())));
    values.forEach(v -> t.addStringVal(ByteString.copyFromUtf8(v)));
    return node(name, "Const")
        .putAttr("dtype", type(DType.STRING))
        .putAttr("value", AttrValue.newBuilder().setTensor(t).build())
        .build();
  }

  private static AttrValue text(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  private static AttrValue type(DType t) {
    return AttrValue.newBuilder().setType(dataType(t)).build();
  }

  static DataType dataType(DType t) {
    return DataType.forNumber(NativeType.code(t));
  }

  static TensorShapeProto shape(Shape s) {
    TensorShapeProto.Builder b = TensorShapeProto.newBuilder();
    for (int i = 0; i < s.rank(); i++) {
      b.addDimBuilder().setSize(s.dim(i));
    }
    return b.build();
  }
}
