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
 * The objects of a SavedModel as Python's TensorFlow makes them again: lists of variables, the functions of the endpoints, and the
 * signatures. The first nodes are root, lists, functions and signatures, then come the variables, then the traces of the functions.
 */
final class ObjectGraph {
  private final List<ServingFunction.Weight> weights;
  private final Map<String, List<Integer>> lists;
  private final List<Endpoint> endpoints;
  private final int firstEndpoint;
  private final int signatures;
  private final int firstVariable;

  ObjectGraph(ServingGraph graph) {
    this.weights = graph.weights;
    this.lists = graph.collections;
    this.endpoints = graph.endpoints;
    this.firstEndpoint = 1 + lists.size();
    this.signatures = firstEndpoint + endpoints.size();
    this.firstVariable = signatures + 1;
  }

  /** The key of a variable's value in the checkpoint. */
  static String key(int i) {
    return "variables/" + i + "/.ATTRIBUTES/VARIABLE_VALUE";
  }

  /** What the checkpoint says of the objects; here functions and signatures have no nodes. */
  TrackableObjectGraph trackable() {
    TrackableObjectGraph.Builder g = TrackableObjectGraph.newBuilder();
    TrackableObjectGraph.TrackableObject.Builder root = g.addNodesBuilder();
    int k = 1;
    for (String name : lists.keySet()) {
      root.addChildrenBuilder().setNodeId(k++).setLocalName(name);
    }
    int first = k;
    for (List<Integer> members : lists.values()) {
      TrackableObjectGraph.TrackableObject.Builder list = g.addNodesBuilder();
      int n = 0;
      for (int at : members) {
        list.addChildrenBuilder().setNodeId(first + at).setLocalName(String.valueOf(n++));
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
    int trace = firstVariable + weights.size();
    SavedObject.Builder root = user(g.addNodesBuilder(), "_generic_user_object");
    int k = 1;
    for (String name : lists.keySet()) {
      child(root, k++, name);
    }
    for (Endpoint e : endpoints) {
      child(root, k++, e.name);
    }
    child(root, signatures, "signatures");
    for (List<Integer> members : lists.values()) {
      SavedObject.Builder list = user(g.addNodesBuilder(), "trackable_list_wrapper");
      int n = 0;
      for (int at : members) {
        child(list, firstVariable + at, String.valueOf(n++));
      }
    }
    for (Endpoint e : endpoints) {
      SavedObject.Builder function = g.addNodesBuilder();
      child(function, trace++, "trace_0");
      List<String> names = List.copyOf(e.function.arguments().keySet());
      function
          .getFunctionBuilder()
          .addConcreteFunctions(e.main)
          .setFunctionSpec(spec(names, List.of(), tuple(arguments(e))));
    }
    SavedObject.Builder map = user(g.addNodesBuilder(), "signature_map");
    for (Endpoint e : endpoints) {
      for (String name : e.signatures.keySet()) {
        child(map, trace++, name);
      }
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
    for (Endpoint e : endpoints) {
      List<String> names = List.copyOf(e.function.arguments().keySet());
      bare(g, e.main, e.inputs, names, List.of());
      g.putConcreteFunctions(
          e.main, concrete(e, tuple(List.of(tuple(arguments(e)), dict(Map.of()))), results(e)));
    }
    endpoints.forEach(e -> signatures(g, e));
    return g.build();
  }

  private void signatures(SavedObjectGraph.Builder g, Endpoint e) {
    List<String> sorted = new ArrayList<>();
    Map<String, StructuredValue> arguments = new LinkedHashMap<>();
    for (int i : e.sortedInputs()) {
      sorted.add(e.inputs.get(i));
      arguments.put(e.inputs.get(i), input(e, i));
    }
    Map<String, StructuredValue> named = new LinkedHashMap<>();
    for (int i : e.sortedOutputs()) {
      named.put(e.outputName(i), tensor(e.outputName(i), e.outputs.get(i)));
    }
    StructuredValue in = tuple(List.of(tuple(List.of()), dict(arguments)));
    for (String f : e.signatures.values()) {
      bare(g, f, sorted, List.of(), sorted);
      g.putConcreteFunctions(f, concrete(e, in, dict(named)));
    }
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

  private SavedConcreteFunction concrete(Endpoint e, StructuredValue in, StructuredValue out) {
    SavedConcreteFunction.Builder f = SavedConcreteFunction.newBuilder();
    e.variables.forEach(v -> f.addBoundInputs(firstVariable + v));
    return f.setCanonicalizedInputSignature(in).setOutputSignature(out).build();
  }

  /** The arguments of an endpoint, each with its inputs nested as the function takes them. */
  private static List<StructuredValue> arguments(Endpoint e) {
    List<StructuredValue> out = new ArrayList<>();
    e.function.arguments().values().forEach(a -> out.add(nested(a, i -> input(e, i))));
    return out;
  }

  private static StructuredValue results(Endpoint e) {
    return nested(e.function.outputStructure(), i -> tensor(e.outputName(i), e.outputs.get(i)));
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

  private static StructuredValue input(Endpoint e, int i) {
    return tensor(e.inputs.get(i), e.function.inputs().get(i));
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
