package org.keras4j.backend.tensorflow.savedmodel;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.keras4j.backend.tensorflow.lowering.TensorFlowLowering;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.core.DType;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.BackendException;
import org.keras4j.core.spi.ServingArchive;
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
 * The graph of a SavedModel: the functions of its endpoints, and around them the nodes that sessions run: variables, saving,
 * restoring and the signatures' calls.
 */
final class ServingGraph {
  private static final String DEFAULT_SIGNATURE = "serving_default";

  final List<Endpoint> endpoints = new ArrayList<>();
  /** The variables of all endpoints and collections. */
  final List<ServingFunction.Weight> weights;
  /** Lists of variables by name: their positions among {@link #weights}. */
  final Map<String, List<Integer>> collections = new LinkedHashMap<>();

  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final Set<String> nodes = new HashSet<>();

  ServingGraph(ServingArchive archive, Engine engine) {
    Map<String, ServingFunction.Weight> all = archive.weights();
    this.weights = List.copyOf(all.values());
    List<String> paths = List.copyOf(all.keySet());
    archive
        .collections()
        .forEach((name, list) -> collections.put(
            name, list.stream().map(w -> paths.indexOf(w.path())).toList()));
    Set<Integer> listed = new HashSet<>();
    collections.values().forEach(listed::addAll);
    if (listed.size() < weights.size()) {
      // Python's TensorFlow lets go of variables that no object has, though functions read them
      collections.put(
          "_all_variables", IntStream.range(0, weights.size()).boxed().toList());
    }
    List<String> registered = new ArrayList<>();
    try {
      archive.endpoints().forEach((name, f) -> {
        List<String> signatures = new ArrayList<>(List.of(name));
        if (endpoints.isEmpty() && !archive.endpoints().containsKey(DEFAULT_SIGNATURE)) {
          signatures.add(DEFAULT_SIGNATURE);
        }
        List<Integer> variables =
            f.weights().stream().map(w -> paths.indexOf(w.path())).toList();
        endpoints.add(new Endpoint(name, f, variables, signatures, engine, registered));
      });
      for (String name : registered) {
        graph.getLibraryBuilder().addFunction(FunctionDef.parseFrom(engine.definition(name)));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new BackendException("TensorFlow's definition of a function cannot be read", e);
    } finally {
      registered.forEach(engine::unregister);
    }
  }

  // the nodes around, for sessions

  /** Completes a meta graph by graph, saver and signatures. */
  void write(MetaGraphDef.Builder meta) {
    List<String> handles = new ArrayList<>();
    for (ServingFunction.Weight w : weights) {
      handles.add(variable(w));
    }
    saver(meta, handles);
    for (Endpoint e : endpoints) {
      for (String s : e.signatures.keySet()) {
        meta.putSignatureDef(s, signature(e, s, handles));
      }
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
      types.addType(dataType(weights.get(i).value().dtype()));
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
      AttrValue t = type(weights.get(i).value().dtype());
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

  private SignatureDef signature(Endpoint e, String name, List<String> handles) {
    SignatureDef.Builder s = SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict");
    String called = unique(name + "_call");
    NodeDef.Builder call = node(called, "StatefulPartitionedCall");
    AttrValue.ListValue.Builder in = AttrValue.ListValue.newBuilder();
    AttrValue.ListValue.Builder out = AttrValue.ListValue.newBuilder();
    for (int i : e.sortedInputs()) {
      TensorSpec spec = TensorFlowLowering.stored(e.function.inputs().get(i));
      String placeholder = unique(name + "_" + e.inputs.get(i));
      graph.addNode(node(placeholder, "Placeholder")
          .putAttr("dtype", type(spec.dtype()))
          .putAttr("shape", AttrValue.newBuilder().setShape(shape(spec.shape())).build()));
      call.addInput(placeholder);
      in.addType(dataType(spec.dtype()));
      s.putInputs(e.inputs.get(i), info(placeholder + ":0", spec));
    }
    for (int v : e.variables) {
      call.addInput(handles.get(v));
      in.addType(DataType.DT_RESOURCE);
    }
    int k = 0;
    for (int i : e.sortedOutputs()) {
      TensorSpec spec = TensorFlowLowering.stored(e.outputs.get(i));
      out.addType(dataType(spec.dtype()));
      s.putOutputs(e.outputName(i), info(called + ":" + k++, spec));
    }
    call.putAttr("Tin", AttrValue.newBuilder().setList(in).build());
    call.putAttr("Tout", AttrValue.newBuilder().setList(out).build());
    AttrValue.Builder f = AttrValue.newBuilder();
    f.getFuncBuilder().setName(e.signatures.get(name));
    graph.addNode(call.putAttr("f", f.build()));
    return s.build();
  }

  private String unique(String name) {
    String n = name;
    for (int i = 1; !nodes.add(n); i++) {
      n = name + "_" + i;
    }
    return n;
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
