package org.keras4j.backend.tensorflow.runtime;

import static org.tensorflow.internal.c_api.global.tensorflow.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.spi.BackendException;
import org.tensorflow.internal.c_api.TF_Function;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_OperationDescription;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * A TensorFlow function in the making: a graph with parameters and results, which at the end is given to
 * the engine under a name of its own. Functions that it uses are made by {@link #nested}. It may also stand
 * for a graph of somebody else's, which nodes are added to and which gets the nested functions.
 */
public final class GraphFunction implements AutoCloseable {
  /** An output of an operation. */
  public record Port(TF_Operation operation, int index) {}

  private final Engine engine;
  private final String name;
  private final List<String> registered;
  private final TF_Graph graph;
  // the graph of somebody else's that this is, or is nested in
  private final @Nullable TF_Graph host;
  private final TF_Status status = TF_NewStatus();
  private final TF_Output port = new TF_Output();
  private final List<Port> parameters = new ArrayList<>();
  private final List<Port> results = new ArrayList<>();
  private final List<TF_Operation> effects = new ArrayList<>();
  private int nodes;
  private boolean closed;

  /** Begins a function whose name contains the hint. */
  public GraphFunction(Engine engine, String hint) {
    this(engine, hint, new ArrayList<>(), TF_NewGraph(), null);
  }

  private GraphFunction(
      Engine engine,
      String hint,
      List<String> registered,
      TF_Graph graph,
      @Nullable TF_Graph host) {
    this.engine = engine;
    this.name = Engine.uniqueName(hint);
    this.registered = registered;
    this.graph = graph;
    this.host = host;
  }

  /** Nodes to be added to a graph of somebody else's, all under one name. */
  public static GraphFunction within(Engine engine, TF_Graph graph, String hint) {
    return new GraphFunction(engine, hint, new ArrayList<>(), graph, graph);
  }

  /** Begins a function for this one to use. */
  public GraphFunction nested(String hint) {
    return new GraphFunction(engine, hint, registered, TF_NewGraph(), host);
  }

  /** Whether this is, or is nested in, a graph of somebody else's. */
  public boolean isForeign() {
    return host != null;
  }

  /** All functions finished so far, this one and those nested in it. */
  public List<String> registered() {
    return registered;
  }

  /** A further parameter. */
  public Port parameter(int type, Shape shape) {
    return parameter(node(), type, shape);
  }

  /** A further parameter under a name of its own, of letters, digits and underscores. */
  public Port parameter(String called, int type, Shape shape) {
    TF_OperationDescription d = TF_NewOperation(graph, "Placeholder", called);
    TF_SetAttrType(d, Names.of("dtype"), type);
    TF_SetAttrShape(d, Names.of("shape"), shape.toArray(), shape.rank());
    Port p = new Port(finish(d, "Placeholder"), 0);
    parameters.add(p);
    return p;
  }

  /** A further result. */
  public void result(Port p) {
    results.add(p);
  }

  /** A literal. */
  public Port constant(NDArray value) {
    TF_Tensor t = value.dtype() == DType.STRING
        ? HostTransfer.stringTensor(
            Arrays.stream(value.toStringArray())
                .map(s -> s.getBytes(StandardCharsets.UTF_8))
                .toList(),
            value.shape())
        : HostTransfer.tensor(value);
    try {
      TF_OperationDescription d = describe("Const");
      TF_SetAttrType(d, Names.of("dtype"), NativeType.code(value.dtype()));
      TF_SetAttrTensor(d, Names.of("value"), t, status);
      return new Port(finish(d, "Const"), 0);
    } finally {
      TF_DeleteTensor(t);
    }
  }

  /**
   * Adds an operation.
   *
   * @param inputs ports, or lists of ports for inputs that are lists
   */
  public List<Port> add(OpCall call, List<?> inputs, int outputs) {
    TF_Operation op = finish(described(call, inputs), call.type());
    List<Port> out = new ArrayList<>(outputs);
    for (int i = 0; i < outputs; i++) {
      out.add(new Port(op, i));
    }
    return out;
  }

  /**
   * Adds an operation without results that every call of the function runs.
   *
   * @param after what runs before it
   */
  public void effect(OpCall call, List<Port> inputs, Port after) {
    TF_OperationDescription d = described(call, inputs);
    TF_AddControlInput(d, after.operation());
    effects.add(finish(d, call.type()));
  }

  private TF_OperationDescription described(OpCall call, List<?> inputs) {
    TF_OperationDescription d = describe(call.type());
    for (Object in : inputs) {
      if (in instanceof Port p) {
        TF_AddInput(d, point(p));
      } else {
        List<?> list = (List<?>) in;
        try (TF_Output array = array(list)) {
          TF_AddInputList(d, array, list.size());
        }
      }
    }
    for (OpCall.Attribute a : call.attributes()) {
      set(d, Names.of(a.name()), a.value());
    }
    return d;
  }

  private String node() {
    return (graph == host ? name + "/n" : "n") + nodes++;
  }

  private TF_OperationDescription describe(String type) {
    return TF_NewOperation(graph, type, node());
  }

  private TF_Operation finish(TF_OperationDescription d, String type) {
    TF_Operation op = TF_FinishOperation(d, status);
    if (TF_GetCode(status) != TF_OK) {
      throw new BackendException(
          "TensorFlow does not accept " + type + ": " + TF_Message(status).getString());
    }
    return op;
  }

  private TF_Output point(Port p) {
    return port.oper(p.operation()).index(p.index());
  }

  private static TF_Output array(List<?> ports) {
    TF_Output array = new TF_Output(Math.max(1, ports.size()));
    for (int i = 0; i < ports.size(); i++) {
      Port p = (Port) ports.get(i);
      array.position(i).oper(p.operation()).index(p.index());
    }
    return array.position(0);
  }

  private void set(TF_OperationDescription d, BytePointer name, Object value) {
    if (value instanceof Integer t) {
      TF_SetAttrType(d, name, t);
    } else if (value instanceof Boolean b) {
      TF_SetAttrBool(d, name, (byte) (b ? 1 : 0));
    } else if (value instanceof Long n) {
      TF_SetAttrInt(d, name, n);
    } else if (value instanceof Float f) {
      TF_SetAttrFloat(d, name, f);
    } else if (value instanceof String s) {
      BytePointer p = Names.of(s);
      TF_SetAttrString(d, name, p, p.limit());
    } else if (value instanceof long[] l) {
      TF_SetAttrIntList(d, name, l, l.length);
    } else if (value instanceof int[] t) {
      TF_SetAttrTypeList(d, name, t, t.length);
    } else if (value instanceof OpCall.Dims s) {
      TF_SetAttrShape(d, name, s.dims(), s.dims().length);
    } else if (value instanceof OpCall.Function f) {
      BytePointer p = Names.of(f.name());
      TF_SetAttrFuncName(d, name, p, p.limit());
    } else if (value instanceof OpCall.Function[] f) {
      setFunctions(d, name, f);
    } else if (value instanceof String[] s) {
      setTexts(d, name, s);
    } else {
      throw new IllegalArgumentException("An attribute cannot be " + value.getClass());
    }
  }

  private void setTexts(TF_OperationDescription d, BytePointer name, String[] texts) {
    try (PointerPointer<Pointer> list = new PointerPointer<>(Math.max(1, texts.length));
        SizeTPointer lengths = new SizeTPointer(Math.max(1, texts.length))) {
      for (int i = 0; i < texts.length; i++) {
        BytePointer p = Names.of(texts[i]);
        list.put(i, p);
        lengths.put(i, p.limit());
      }
      TF_SetAttrStringList(d, name, list, lengths, texts.length);
    }
  }

  // the C API has no call for a list of functions, but takes any attribute as a protocol buffer
  private void setFunctions(TF_OperationDescription d, BytePointer name, OpCall.Function[] f) {
    org.tensorflow.proto.AttrValue.Builder v = org.tensorflow.proto.AttrValue.newBuilder();
    for (OpCall.Function each : f) {
      v.getListBuilder().addFuncBuilder().setName(each.name());
    }
    byte[] bytes = v.build().toByteArray();
    try (BytePointer p = new BytePointer(bytes)) {
      TF_SetAttrValueProto(d, name, p, bytes.length, status);
    }
  }

  /**
   * Gives the function to the engine and ends the making.
   *
   * @return its name
   */
  public String finish() {
    try (TF_Output in = array(parameters);
        TF_Output out = array(results);
        PointerPointer<TF_Operation> always =
            new PointerPointer<>(effects.toArray(new TF_Operation[0]));
        BytePointer n = new BytePointer(name)) {
      TF_Function f = TF_GraphToFunctionWithControlOutputs(
          graph,
          n,
          (byte) 0,
          -1,
          (PointerPointer<?>) null,
          parameters.size(),
          in,
          results.size(),
          out,
          (PointerPointer<?>) null,
          effects.size(),
          always,
          (PointerPointer<?>) null,
          null,
          (BytePointer) null,
          status);
      Engine.check(status, "making a function");
      if (host == null) {
        engine.register(f);
        registered.add(name);
      } else {
        TF_GraphCopyFunction(host, f, null, status);
        TF_DeleteFunction(f);
        Engine.check(status, "adding a function to a graph");
      }
      return name;
    } finally {
      close();
    }
  }

  /** Frees the graph; {@link #finish} does so too. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (graph != host) {
        TF_DeleteGraph(graph);
      }
      TF_DeleteStatus(status);
    }
  }
}
