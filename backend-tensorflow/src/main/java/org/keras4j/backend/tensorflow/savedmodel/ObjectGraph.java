package org.keras4j.backend.tensorflow.savedmodel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.keras4j.backend.tensorflow.lowering.TensorFlowLowering;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.spi.ServingFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.FunctionSpec;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.Struct.DictValue;
import org.tensorflow.proto.Struct.ListValue;
import org.tensorflow.proto.Struct.NamedTupleValue;
import org.tensorflow.proto.Struct.NoneValue;
import org.tensorflow.proto.Struct.PairValue;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.Struct.TensorSpecProto;
import org.tensorflow.proto.Struct.TupleValue;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * The objects of a SavedModel as Python's TensorFlow makes them again: lists of the variables, the function
 * {@code serve}, and the signatures. The first nodes are root, lists, function and signatures, then come the
 * variables, then the traces of the functions.
 */
final class ObjectGraph {
  private static final String[] LISTS = {
    "variables", "trainable_variables", "non_trainable_variables"
  };
  private static final int SERVE = 4;
  private static final int SIGNATURES = 5;
  private static final int FIRST_VARIABLE = 6;

  private final ServingGraph graph;
  private final List<ServingFunction.Weight> weights;

  ObjectGraph(ServingGraph graph) {
    this.graph = graph;
    this.weights = graph.function.weights();
  }

  /** The key of a variable's value in the checkpoint. */
  static String key(int i) {
    return "variables/" + i + "/.ATTRIBUTES/VARIABLE_VALUE";
  }

  private List<Integer> members(int list) {
    List<Integer> at = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      if (list == 0 || weights.get(i).trainable() == (list == 1)) {
        at.add(FIRST_VARIABLE + i);
      }
    }
    return at;
  }

  /** What the checkpoint says of the objects. */
  TrackableObjectGraph trackable() {
    TrackableObjectGraph.Builder g = TrackableObjectGraph.newBuilder();
    TrackableObjectGraph.TrackableObject.Builder root = g.addNodesBuilder();
    for (int k = 0; k < LISTS.length; k++) {
      root.addChildrenBuilder().setNodeId(k + 1).setLocalName(LISTS[k]);
    }
    for (int k = 0; k < LISTS.length; k++) {
      TrackableObjectGraph.TrackableObject.Builder list = g.addNodesBuilder();
      int n = 0;
      for (int at : members(k)) {
        // here function and signatures have no nodes
        list.addChildrenBuilder()
            .setNodeId(at - FIRST_VARIABLE + 1 + LISTS.length)
            .setLocalName(String.valueOf(n++));
      }
    }
    for (int i = 0; i < weights.size(); i++) {
      g.addNodesBuilder()
          .addAttributesBuilder()
          .setName("VARIABLE_VALUE")
          .setFullName(weights.get(i).path())
          .setCheckpointKey(key(i));
    }
    return g.build();
  }

  SavedObjectGraph build() {
    SavedObjectGraph.Builder g = SavedObjectGraph.newBuilder();
    int traces = FIRST_VARIABLE + weights.size();
    SavedObject.Builder root = user(g.addNodesBuilder(), "_generic_user_object");
    for (int k = 0; k < LISTS.length; k++) {
      child(root, k + 1, LISTS[k]);
    }
    child(root, SERVE, "serve");
    child(root, SIGNATURES, "signatures");
    for (int k = 0; k < LISTS.length; k++) {
      SavedObject.Builder list = user(g.addNodesBuilder(), "trackable_list_wrapper");
      int n = 0;
      for (int at : members(k)) {
        child(list, at, String.valueOf(n++));
      }
    }
    SavedObject.Builder serve = g.addNodesBuilder();
    child(serve, traces, "trace_0");
    serve
        .getFunctionBuilder()
        .addConcreteFunctions(graph.main)
        .setFunctionSpec(spec(List.of("args_0"), List.of(), tuple(List.of(argument()))));
    SavedObject.Builder map = user(g.addNodesBuilder(), "signature_map");
    Map<String, String> functions = new LinkedHashMap<>(graph.signatures);
    int at = traces + 1;
    for (String name : functions.keySet()) {
      child(map, at++, name);
    }
    for (ServingFunction.Weight w : weights) {
      TensorSpec s = TensorFlowLowering.stored(w.value().spec());
      g.addNodesBuilder()
          .getVariableBuilder()
          .setDtype(ServingGraph.dataType(s.dtype()))
          .setShape(ServingGraph.shape(s.shape()))
          .setTrainable(w.trainable())
          .setName(w.path());
    }
    bare(g, graph.main, graph.inputs, List.of("args_0"), List.of());
    List<String> sorted = new ArrayList<>();
    graph.sortedInputs().forEach(i -> sorted.add(graph.inputs.get(i)));
    functions.values().forEach(f -> bare(g, f, sorted, List.of(), sorted));
    g.putConcreteFunctions(
        graph.main,
        concrete(tuple(List.of(tuple(List.of(argument())), dict(Map.of()))), results()));
    Map<String, StructuredValue> arguments = new LinkedHashMap<>();
    graph.sortedInputs().forEach(i -> arguments.put(graph.inputs.get(i), input(i)));
    Map<String, StructuredValue> named = new LinkedHashMap<>();
    graph
        .sortedOutputs()
        .forEach(
            i -> named.put(graph.outputName(i), tensor(graph.outputName(i), graph.outputs.get(i))));
    StructuredValue in = tuple(List.of(tuple(List.of()), dict(arguments)));
    functions.values().forEach(f -> g.putConcreteFunctions(f, concrete(in, dict(named))));
    return g.build();
  }

  private static SavedObject.Builder user(SavedObject.Builder node, String kind) {
    node.getUserObjectBuilder()
        .setIdentifier(kind)
        .getVersionBuilder()
        .setProducer(1)
        .setMinConsumer(1);
    return node;
  }

  private static void child(SavedObject.Builder node, int id, String name) {
    node.addChildrenBuilder().setNodeId(id).setLocalName(name);
  }

  private static void bare(
      SavedObjectGraph.Builder g,
      String function,
      List<String> keywords,
      List<String> positional,
      List<String> keywordOnly) {
    g.addNodesBuilder()
        .getBareConcreteFunctionBuilder()
        .setConcreteFunctionName(function)
        .addAllArgumentKeywords(keywords)
        .setAllowedPositionalArguments(keywords.size())
        .setFunctionSpec(spec(positional, keywordOnly, none()));
  }

  private SavedConcreteFunction concrete(StructuredValue in, StructuredValue out) {
    SavedConcreteFunction.Builder f = SavedConcreteFunction.newBuilder();
    for (int i = 0; i < weights.size(); i++) {
      f.addBoundInputs(FIRST_VARIABLE + i);
    }
    return f.setCanonicalizedInputSignature(in).setOutputSignature(out).build();
  }

  /** The one argument of {@code serve}: the inputs as the model nests them. */
  private StructuredValue argument() {
    return nested(graph.function.inputStructure(), this::input);
  }

  private StructuredValue results() {
    return nested(
        graph.function.outputStructure(), i -> tensor(graph.outputName(i), graph.outputs.get(i)));
  }

  private static StructuredValue nested(Object structure, IntFunction<StructuredValue> leaf) {
    if (structure instanceof List<?> list) {
      List<StructuredValue> all = new ArrayList<>();
      list.forEach(x -> all.add(nested(x, leaf)));
      return list(all);
    }
    if (structure instanceof Map<?, ?> map) {
      Map<String, StructuredValue> all = new LinkedHashMap<>();
      map.forEach((k, x) -> all.put(String.valueOf(k), nested(x, leaf)));
      return dict(all);
    }
    return leaf.apply((Integer) structure);
  }

  private StructuredValue input(int i) {
    return tensor(graph.inputs.get(i), graph.function.inputs().get(i));
  }

  private static FunctionSpec spec(
      List<String> positional, List<String> keywordOnly, StructuredValue signature) {
    NamedTupleValue.Builder t = NamedTupleValue.newBuilder().setName("FullArgSpec");
    t.addValues(pair("args", texts(positional)));
    t.addValues(pair("varargs", none()));
    t.addValues(pair("varkw", none()));
    t.addValues(pair("defaults", none()));
    t.addValues(pair("kwonlyargs", texts(keywordOnly)));
    t.addValues(pair("kwonlydefaults", none()));
    t.addValues(pair("annotations", dict(Map.of())));
    return FunctionSpec.newBuilder()
        .setFullargspec(StructuredValue.newBuilder().setNamedTupleValue(t))
        .setInputSignature(signature)
        .build();
  }

  private static PairValue pair(String key, StructuredValue value) {
    return PairValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static StructuredValue texts(List<String> values) {
    List<StructuredValue> all = new ArrayList<>();
    values.forEach(v -> all.add(StructuredValue.newBuilder().setStringValue(v).build()));
    return list(all);
  }

  private static StructuredValue none() {
    return StructuredValue.newBuilder()
        .setNoneValue(NoneValue.getDefaultInstance())
        .build();
  }

  private static StructuredValue list(List<StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setListValue(ListValue.newBuilder().addAllValues(values))
        .build();
  }

  private static StructuredValue tuple(List<StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setTupleValue(TupleValue.newBuilder().addAllValues(values))
        .build();
  }

  private static StructuredValue dict(Map<String, StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setDictValue(DictValue.newBuilder().putAllFields(values))
        .build();
  }

  private static StructuredValue tensor(String name, TensorSpec spec) {
    TensorSpec s = TensorFlowLowering.stored(spec);
    return StructuredValue.newBuilder()
        .setTensorSpecValue(TensorSpecProto.newBuilder()
            .setName(name)
            .setShape(ServingGraph.shape(s.shape()))
            .setDtype(ServingGraph.dataType(s.dtype())))
        .build();
  }
}
