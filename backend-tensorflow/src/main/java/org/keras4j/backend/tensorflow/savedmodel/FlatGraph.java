package org.keras4j.backend.tensorflow.savedmodel;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpList;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The function of a signature as one graph without calls of functions, whose variables are placeholders: what TensorFlow
 * differentiates.
 */
final class FlatGraph {
  private static final Map<String, OpDef> OPERATIONS = operations();

  private final GraphDef source;
  private final Map<String, FunctionDef> functions = new HashMap<>();
  private final Map<String, NodeDef> nodes = new HashMap<>();
  private final GraphDef.Builder out = GraphDef.newBuilder();
  // tensors of the source's top level, by node and index, as tensors of the result
  private final Map<String, String> done = new HashMap<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private int calls;

  FlatGraph(GraphDef source) {
    this.source = source;
    source
        .getLibrary()
        .getFunctionList()
        .forEach(f -> functions.put(f.getSignature().getName(), f));
    source.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    out.setVersions(source.getVersions()).setLibrary(source.getLibrary());
  }

  private static Map<String, OpDef> operations() {
    TF_Buffer all = tensorflow.TF_GetAllOpList();
    try {
      byte[] bytes = new byte[Math.toIntExact(all.length())];
      new org.bytedeco.javacpp.BytePointer(all.data()).get(bytes);
      Map<String, OpDef> found = new HashMap<>();
      OpList.parseFrom(bytes).getOpList().forEach(o -> found.put(o.getName(), o));
      return found;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("TensorFlow's list of its operations cannot be read", e);
    } finally {
      tensorflow.TF_DeleteBuffer(all);
    }
  }

  /**
   * Adds what a signature computes.
   *
   * @return the tensors of its outputs, by name
   */
  Map<String, String> add(SignatureDef signature) {
    signature.getInputsMap().forEach((name, info) -> {
      String node = "input/" + name;
      out.addNode(placeholder(node, info.getDtype()));
      done.put(tensor(info.getName()), node + ":0");
    });
    Map<String, String> results = new TreeMap<>();
    signature
        .getOutputsMap()
        .forEach((name, info) -> results.put(name, top(tensor(info.getName()))));
    return results;
  }

  GraphDef graph() {
    return out.build();
  }

  /** The variables that are read: names of nodes of the source, and the placeholders that stand for them. */
  Map<String, String> variables() {
    return variables;
  }

  private static NodeDef placeholder(String name, DataType type) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Placeholder")
        .putAttr("dtype", AttrValue.newBuilder().setType(type).build())
        .putAttr(
            "shape",
            AttrValue.newBuilder()
                .setShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                .build())
        .build();
  }

  private static String tensor(String name) {
    return name.indexOf(':') < 0 ? name + ":0" : name;
  }

  /** A tensor of the source's top level in the result; that of a variable is its own name. */
  private String top(String tensor) {
    String known = done.get(tensor);
    if (known != null) {
      return known;
    }
    String name = tensor.substring(0, tensor.lastIndexOf(':'));
    NodeDef n = nodes.get(name);
    if (n == null) {
      throw new IllegalArgumentException("the graph has no node '" + name + "'");
    }
    List<String> in = new ArrayList<>();
    for (String i : n.getInputList()) {
      if (!i.startsWith("^")) {
        in.add(top(tensor(i)));
      }
    }
    List<String> results = node(n, "top/" + n.getName(), in);
    for (int i = 0; i < results.size(); i++) {
      done.put(name + ":" + i, results.get(i));
    }
    String found = done.get(tensor);
    if (found == null) {
      throw new IllegalArgumentException("the graph has no tensor '" + tensor + "'");
    }
    return found;
  }

  /** Adds a node, or what the function that it calls has; gives its results. */
  private List<String> node(NodeDef n, String name, List<String> in) {
    switch (n.getOp()) {
      case "VarHandleOp" -> {
        variables.put(n.getName(), "weight/" + n.getName());
        boolean there =
            out.getNodeList().stream().anyMatch(o -> o.getName().equals("weight/" + n.getName()));
        if (!there) {
          out.addNode(
              placeholder("weight/" + n.getName(), n.getAttrOrThrow("dtype").getType()));
        }
        return List.of("weight/" + n.getName() + ":0");
      }
      case "PartitionedCall", "StatefulPartitionedCall" -> {
        return call(n.getAttrOrThrow("f").getFunc().getName(), in);
      }
      case "ReadVariableOp" -> {
        return List.of(in.get(0));
      }
      case "ResourceGather" -> {
        return List.of(gather(n, name, in));
      }
      default -> {
        if (functions.containsKey(n.getOp())) {
          return call(n.getOp(), in);
        }
      }
    }
    OpDef op = OPERATIONS.get(n.getOp());
    if (op == null) {
      throw new IllegalArgumentException("TensorFlow here has no operation '" + n.getOp() + "'");
    }
    boolean onState =
        op.getInputArgList().stream().anyMatch(a -> a.getType() == DataType.DT_RESOURCE);
    if (onState) {
      throw new IllegalArgumentException("the operation " + n.getOp() + " ('" + n.getName()
          + "') works on a table or changes a variable, which a layer's program cannot");
    }
    NodeDef.Builder made = n.toBuilder().setName(name).clearInput().addAllInput(in);
    if (n.getOp().equals("Snapshot")) {
      made.setOp("Identity"); // the same, with a gradient
    }
    out.addNode(made.build());
    List<String> results = new ArrayList<>();
    for (int i = 0; i < width(op, n); i++) {
      results.add(name + ":" + i);
    }
    return results;
  }

  private String gather(NodeDef n, String name, List<String> in) {
    AttrValue axisType = AttrValue.newBuilder().setType(DataType.DT_INT32).build();
    String axis = name + "/axis";
    out.addNode(NodeDef.newBuilder()
        .setName(axis)
        .setOp("Const")
        .putAttr("dtype", axisType)
        .putAttr(
            "value",
            AttrValue.newBuilder()
                .setTensor(TensorProto.newBuilder()
                    .setDtype(DataType.DT_INT32)
                    .setTensorShape(TensorShapeProto.getDefaultInstance())
                    .addIntVal(0))
                .build()));
    out.addNode(NodeDef.newBuilder()
        .setName(name)
        .setOp("GatherV2")
        .addInput(in.get(0))
        .addInput(in.get(1))
        .addInput(axis + ":0")
        .putAttr("Tparams", n.getAttrOrThrow("dtype"))
        .putAttr("Tindices", n.getAttrOrThrow("Tindices"))
        .putAttr("Taxis", axisType)
        .putAttr(
            "batch_dims",
            n.getAttrOrDefault("batch_dims", AttrValue.newBuilder().setI(0).build())));
    return name + ":0";
  }

  private List<String> call(String function, List<String> arguments) {
    FunctionDef f = functions.get(function);
    if (f == null) {
      throw new IllegalArgumentException("the graph has no function '" + function + "'");
    }
    String prefix = "call" + calls++ + "/";
    Map<String, String> local = new HashMap<>();
    for (int i = 0; i < f.getSignature().getInputArgCount(); i++) {
      local.put(f.getSignature().getInputArg(i).getName(), arguments.get(i));
    }
    Map<String, NodeDef> inside = new HashMap<>();
    f.getNodeDefList().forEach(n -> inside.put(n.getName(), n));
    List<String> results = new ArrayList<>();
    for (OpDef.ArgDef r : f.getSignature().getOutputArgList()) {
      results.add(within(f.getRetOrThrow(r.getName()), prefix, local, inside));
    }
    return results;
  }

  /** A tensor of a function's body: an argument, or {@code node:output:index}. */
  private String within(
      String tensor, String prefix, Map<String, String> local, Map<String, NodeDef> inside) {
    String known = local.get(tensor);
    if (known != null) {
      return known;
    }
    NodeDef n = inside.get(tensor.substring(0, Math.max(0, tensor.indexOf(':'))));
    if (n == null) {
      throw new IllegalArgumentException("a function has no tensor '" + tensor + "'");
    }
    List<String> in = new ArrayList<>();
    for (String i : n.getInputList()) {
      if (!i.startsWith("^")) {
        in.add(within(i, prefix, local, inside));
      }
    }
    List<String> results = node(n, prefix + n.getName(), in);
    names(n).forEach((name, at) -> {
      for (int i = 0; i < at[1]; i++) {
        local.put(n.getName() + ":" + name + ":" + i, results.get(at[0] + i));
      }
    });
    String found = local.get(tensor);
    if (found == null) {
      throw new IllegalArgumentException("a function has no tensor '" + tensor + "'");
    }
    return found;
  }

  /** Of each named output of a node where it begins and how many tensors it is. */
  private Map<String, int[]> names(NodeDef n) {
    Map<String, int[]> all = new LinkedHashMap<>();
    FunctionDef f = functions.get(n.getOp());
    OpDef op = f != null ? f.getSignature() : OPERATIONS.get(n.getOp());
    if (op == null) {
      throw new IllegalArgumentException("TensorFlow here has no operation '" + n.getOp() + "'");
    }
    int at = 0;
    for (OpDef.ArgDef a : op.getOutputArgList()) {
      int count = count(a, n);
      all.put(a.getName(), new int[] {at, count});
      at += count;
    }
    return all;
  }

  private static int width(OpDef op, NodeDef n) {
    return op.getOutputArgList().stream().mapToInt(a -> count(a, n)).sum();
  }

  private static int count(OpDef.ArgDef a, NodeDef n) {
    if (!a.getNumberAttr().isEmpty()) {
      return Math.toIntExact(n.getAttrOrThrow(a.getNumberAttr()).getI());
    }
    if (!a.getTypeListAttr().isEmpty()) {
      return n.getAttrOrThrow(a.getTypeListAttr()).getList().getTypeCount();
    }
    return 1;
  }

  /** The node of the source of a name. */
  NodeDef source(String name) {
    return source.getNodeList().stream()
        .filter(n -> n.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
