package org.keras4j.backend.xla.runtime.embedded;

import static org.tensorflow.internal.c_api.global.tensorflow.TFE_ContextAddFunction;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_AddInputList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteFunction;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteGraph;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_FinishOperation;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphToFunction;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewGraph;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewOperation;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetAttrInt;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetAttrShapeList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetAttrString;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetAttrStringList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetAttrType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetAttrTypeList;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.SizeTPointer;
import org.keras4j.backend.xla.runtime.ProgramSpec;
import org.keras4j.backend.xla.runtime.TensorType;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TF_Function;
import org.tensorflow.internal.c_api.TF_FunctionOptions;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_OperationDescription;
import org.tensorflow.internal.c_api.TF_Output;

/**
 * Wraps a module in a function of a context: a call by the function's name does not hash the text
 * again, so its cost does not grow with the text.
 */
final class ModuleFunction {
  private static final int CALL_MODULE_VERSION = 9;

  private ModuleFunction() {}

  static void define(TFE_Context context, String name, String stablehlo, ProgramSpec spec) {
    // the scope holds every native argument until the graph has copied it
    try (PointerScope scope = new PointerScope()) {
      TF_Graph graph = TF_NewGraph();
      try {
        TF_Output inputs = placeholders(graph, spec.parameters());
        TF_Operation call = call(graph, inputs, stablehlo, spec);
        int n = spec.results().size();
        TF_Output outputs = new TF_Output(Math.max(1, n));
        for (int i = 0; i < n; i++) {
          outputs.position(i).oper(call).index(i);
        }
        CallFrame f = CallFrame.get();
        TF_Function function = TF_GraphToFunction(
            graph,
            new BytePointer(name),
            (byte) 0,
            -1,
            (PointerPointer<?>) null,
            spec.parameters().size(),
            inputs,
            n,
            outputs.position(0),
            (PointerPointer<?>) null,
            (TF_FunctionOptions) null,
            new BytePointer("a StableHLO module"),
            f.status);
        f.check("Wrapping the program " + spec.name());
        TFE_ContextAddFunction(context, function, f.status);
        TF_DeleteFunction(function);
        f.check("Adding the program " + spec.name());
      } finally {
        TF_DeleteGraph(graph);
      }
    }
  }

  private static TF_Output placeholders(TF_Graph graph, List<TensorType> types) {
    TF_Output out = new TF_Output(Math.max(1, types.size()));
    CallFrame f = CallFrame.get();
    for (int i = 0; i < types.size(); i++) {
      TF_OperationDescription d =
          TF_NewOperation(graph, new BytePointer("Placeholder"), new BytePointer("a" + i));
      TF_SetAttrType(d, new BytePointer("dtype"), types.get(i).element().tensorflow());
      TF_Operation op = TF_FinishOperation(d, f.status);
      f.check("Declaring argument " + i + " of type " + types.get(i));
      out.position(i).oper(op).index(0);
    }
    return out.position(0);
  }

  private static TF_Operation call(
      TF_Graph graph, TF_Output inputs, String stablehlo, ProgramSpec spec) {
    List<TensorType> results = spec.results();
    int n = results.size();
    TF_OperationDescription d =
        TF_NewOperation(graph, new BytePointer("XlaCallModule"), new BytePointer("x"));
    TF_AddInputList(d, inputs, spec.parameters().size());
    TF_SetAttrInt(d, new BytePointer("version"), CALL_MODULE_VERSION);
    BytePointer module = new BytePointer(stablehlo.getBytes(StandardCharsets.UTF_8));
    TF_SetAttrString(d, new BytePointer("module"), module, module.capacity());
    IntPointer types = new IntPointer(Math.max(1, n));
    IntPointer ranks = new IntPointer(Math.max(1, n));
    PointerPointer<LongPointer> shapes = new PointerPointer<>(Math.max(1, n));
    for (int i = 0; i < n; i++) {
      long[] dims = results.get(i).dims();
      LongPointer p = new LongPointer(Math.max(1, dims.length));
      p.put(dims, 0, dims.length);
      types.put(i, results.get(i).element().tensorflow());
      ranks.put(i, dims.length);
      shapes.put(i, p);
    }
    TF_SetAttrTypeList(d, new BytePointer("Tout"), types, n);
    TF_SetAttrShapeList(d, new BytePointer("Sout"), shapes, ranks, n);
    BytePointer cpu = new BytePointer("CPU");
    TF_SetAttrStringList(
        d,
        new BytePointer("platforms"),
        new PointerPointer<BytePointer>(1).put(0, cpu),
        new SizeTPointer(1).put(0, 3),
        1);
    CallFrame f = CallFrame.get();
    TF_Operation op = TF_FinishOperation(d, f.status);
    f.check("Building the program " + spec.name());
    return op;
  }
}
