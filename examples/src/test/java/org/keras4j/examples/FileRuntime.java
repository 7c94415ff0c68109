package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.tensorflowlite.TfLiteInterpreter;
import org.bytedeco.tensorflowlite.TfLiteInterpreterOptions;
import org.bytedeco.tensorflowlite.TfLiteModel;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;
import org.keras4j.backend.pytorch.PyTorch;
import org.keras4j.backend.xla.export.StableHloFunction;
import org.keras4j.backend.xla.runtime.XlaRuntime;
import org.keras4j.backend.xla.runtime.embedded.EmbeddedRuntime;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.layers.CallArgs;
import org.keras4j.layers.core.TFSMLayer;
import org.keras4j.litert.LiteRtExport;
import org.keras4j.ops.Ops;

/** A format of files, and the runtime of others that they are for. */
enum FileRuntime {
  ONNX {
    @Override
    void write(ExportedNetwork n, Path target) {
      n.model().export(target, "onnx");
    }

    @Override
    List<NDArray> run(ExportedNetwork n, Path file) throws OrtException {
      OrtEnvironment ort = OrtEnvironment.getEnvironment();
      Map<String, OnnxTensor> in = new LinkedHashMap<>();
      List<NDArray> out = new ArrayList<>();
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
          OrtSession session = ort.createSession(file.toString(), options)) {
        assertEquals(List.copyOf(session.getInputNames()), n.model().inputNames());
        for (int i = 0; i < n.inputs().size(); i++) {
          in.put(n.model().inputNames().get(i), tensor(ort, n.inputs().get(i)));
        }
        try (OrtSession.Result r = session.run(in)) {
          for (Map.Entry<String, OnnxValue> e : r) {
            OnnxTensor t = (OnnxTensor) e.getValue();
            Shape shape = Shape.of(t.getInfo().getShape());
            out.add(NDArray.ofBytes(t.getByteBuffer(), DType.FLOAT32, shape));
          }
        }
        return out;
      } finally {
        in.values().forEach(OnnxTensor::close);
      }
    }

    private static OnnxTensor tensor(OrtEnvironment ort, NDArray a) throws OrtException {
      ByteBuffer b =
          ByteBuffer.allocateDirect(a.bytes().remaining()).order(ByteOrder.nativeOrder());
      b.put(a.bytes()).flip();
      OnnxJavaType t = switch (a.dtype()) {
        case INT32 -> OnnxJavaType.INT32;
        case INT64 -> OnnxJavaType.INT64;
        default -> OnnxJavaType.FLOAT;
      };
      return OnnxTensor.createTensor(ort, b, a.shape().toArray(), t);
    }
  },
  TORCHSCRIPT {
    @Override
    void write(ExportedNetwork n, Path target) {
      n.model().export(target, "torchscript");
    }

    @Override
    List<NDArray> run(ExportedNetwork n, Path file) {
      JitModule module = torch.load(file.toString());
      IValueVector in = new IValueVector();
      n.inputs().forEach(a -> in.push_back(new IValue(PyTorch.toTorch(Ops.convertToTensor(a)))));
      IValue out = module.forward(in);
      if (out.isTensor()) {
        return List.of(PyTorch.fromTorch(out.toTensor()).toNDArray());
      }
      List<NDArray> all = new ArrayList<>();
      for (long i = 0; i < out.toTupleRef().elements().size(); i++) {
        all.add(PyTorch.fromTorch(out.toTupleRef().elements().get(i).toTensor()).toNDArray());
      }
      return all;
    }
  },
  SAVED_MODEL {
    @Override
    void write(ExportedNetwork n, Path target) {
      n.model().export(target);
    }

    @Override
    List<NDArray> run(ExportedNetwork n, Path file) {
      List<Tensor> in = new ArrayList<>();
      n.model().inputNames().stream()
          .sorted()
          .forEach(name ->
              in.add(Ops.convertToTensor(n.inputs().get(n.model().inputNames().indexOf(name)))));
      Object given = in.size() == 1 ? in.get(0) : in;
      TFSMLayer layer = new TFSMLayer(file).callEndpoint("serving_default");
      return Nest.tensors(layer.invokeNested(given, CallArgs.of())).stream()
          .map(Tensor::toNDArray)
          .toList();
    }
  },
  STABLEHLO {
    @Override
    void write(ExportedNetwork n, Path target) {
      n.model()
          .export(
              target,
              System.getProperty("keras4j.exported.files") == null
                  ? "stablehlo"
                  : "stablehlo_bytes");
    }

    @Override
    List<NDArray> run(ExportedNetwork n, Path file) throws IOException {
      try (XlaRuntime runtime = new EmbeddedRuntime(Map.of());
          StableHloFunction f = StableHloFunction.load(runtime, file.resolve("module.mlir"))) {
        return f.run(n.inputs().toArray(new NDArray[0]));
      }
    }
  },
  LITERT {
    @Override
    void write(ExportedNetwork n, Path target) {
      n.model().export(target, "litert");
    }
  },
  LITERT_FLOAT16 {
    @Override
    void write(ExportedNetwork n, Path target) {
      LiteRtExport.float16().write(n.model(), target);
    }
  },
  /** Weights of eight bits. */
  LITERT_INT8 {
    @Override
    void write(ExportedNetwork n, Path target) {
      LiteRtExport.int8().write(n.model(), target);
    }
  },
  /** Weights and activations of eight bits. */
  LITERT_ALL_INT8 {
    @Override
    void write(ExportedNetwork n, Path target) {
      LiteRtExport.int8(n.examples()).write(n.model(), target);
    }
  };

  /** Writes a file or folder. */
  abstract void write(ExportedNetwork n, Path target);

  /** What it gives for the network's inputs: in LiteRT's interpreter, where a constant does not say otherwise. */
  List<NDArray> run(ExportedNetwork n, Path file) throws Exception {
    return interpreted(n, file);
  }

  /** Whether files are for known lengths alone. */
  boolean isLiteRt() {
    return name().startsWith("LITERT");
  }

  private static List<NDArray> interpreted(ExportedNetwork n, Path file) {
    TfLiteModel model = tensorflowlite.TfLiteModelCreateFromFile(file.toString());
    TfLiteInterpreterOptions options = tensorflowlite.TfLiteInterpreterOptionsCreate();
    TfLiteInterpreter interpreter = tensorflowlite.TfLiteInterpreterCreate(model, options);
    try {
      int inputs = tensorflowlite.TfLiteInterpreterGetInputTensorCount(interpreter);
      assertEquals(n.inputs().size(), inputs);
      NDArray[] given = new NDArray[inputs];
      for (int k = 0; k < inputs; k++) {
        TfLiteTensor t = tensorflowlite.TfLiteInterpreterGetInputTensor(interpreter, k);
        given[k] = named(n, tensorflowlite.TfLiteTensorName(t).getString());
        int[] dims =
            Arrays.stream(given[k].shape().toArray()).mapToInt(d -> (int) d).toArray();
        assertEquals(
            0,
            tensorflowlite.TfLiteInterpreterResizeInputTensor(
                interpreter, k, new IntPointer(dims), dims.length));
      }
      assertEquals(0, tensorflowlite.TfLiteInterpreterAllocateTensors(interpreter));
      for (int k = 0; k < inputs; k++) {
        TfLiteTensor t = tensorflowlite.TfLiteInterpreterGetInputTensor(interpreter, k);
        byte[] bytes = new byte[given[k].bytes().remaining()];
        given[k].bytes().get(bytes);
        assertEquals(
            0, tensorflowlite.TfLiteTensorCopyFromBuffer(t, new BytePointer(bytes), bytes.length));
      }
      assertEquals(0, tensorflowlite.TfLiteInterpreterInvoke(interpreter));
      // outputs are in any order, with the number of each at its name's end
      Map<String, NDArray> out = new TreeMap<>();
      for (int k = 0; k < tensorflowlite.TfLiteInterpreterGetOutputTensorCount(interpreter); k++) {
        TfLiteTensor t = tensorflowlite.TfLiteInterpreterGetOutputTensor(interpreter, k);
        out.put(tensorflowlite.TfLiteTensorName(t).getString(), array(t));
      }
      return List.copyOf(out.values());
    } finally {
      tensorflowlite.TfLiteInterpreterDelete(interpreter);
      tensorflowlite.TfLiteInterpreterOptionsDelete(options);
      tensorflowlite.TfLiteModelDelete(model);
    }
  }

  // serving_default_NAME:0
  private static NDArray named(ExportedNetwork n, String tensor) {
    String name = tensor.replaceFirst("^serving_default_", "").replaceFirst(":\\d+$", "");
    int i = n.model().inputNames().indexOf(name);
    if (i < 0) {
      throw new AssertionError(tensor + " is none of " + n.model().inputNames());
    }
    return n.inputs().get(i);
  }

  private static NDArray array(TfLiteTensor t) {
    assertEquals(tensorflowlite.kTfLiteFloat32, tensorflowlite.TfLiteTensorType(t));
    long[] dims = new long[tensorflowlite.TfLiteTensorNumDims(t)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = tensorflowlite.TfLiteTensorDim(t, i);
    }
    Shape shape = Shape.of(dims);
    byte[] bytes = new byte[Math.toIntExact(shape.size() * DType.FLOAT32.size())];
    BytePointer copy = new BytePointer(bytes.length);
    assertEquals(0, tensorflowlite.TfLiteTensorCopyToBuffer(t, copy, bytes.length));
    copy.get(bytes);
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    return NDArray.ofBytes(b, DType.FLOAT32, shape);
  }
}
