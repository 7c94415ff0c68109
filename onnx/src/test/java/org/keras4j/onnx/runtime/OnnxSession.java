package org.keras4j.onnx.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.onnx.internal.file.ModelWriter;
import org.keras4j.onnx.internal.file.OnnxAttribute;
import org.keras4j.onnx.internal.file.OnnxGraph;
import org.keras4j.onnx.internal.file.OnnxModel;
import org.keras4j.onnx.internal.file.OnnxNode;
import org.keras4j.onnx.internal.file.OnnxType;
import org.keras4j.onnx.internal.file.OnnxValue;

/** A model in onnxruntime. */
public final class OnnxSession implements AutoCloseable {
  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final OrtSession session;
  private final List<String> inputs;
  private final List<String> outputs;
  private final List<DType> types;

  private OnnxSession(
      OrtSession session, List<String> inputs, List<String> outputs, List<DType> types) {
    this.session = session;
    this.inputs = inputs;
    this.outputs = outputs;
    this.types = types;
  }

  /** Loads a file. */
  public static OnnxSession load(Path file) {
    try (OrtSession.SessionOptions options = options(true)) {
      OrtSession s = ENVIRONMENT.createSession(file.toString(), options);
      return new OnnxSession(
          s, List.copyOf(s.getInputNames()), List.copyOf(s.getOutputNames()), List.of());
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static OrtSession.SessionOptions options(boolean optimize) throws OrtException {
    OrtSession.SessionOptions o = new OrtSession.SessionOptions();
    o.setIntraOpNumThreads(1);
    o.setInterOpNumThreads(1);
    o.setOptimizationLevel(
        optimize
            ? OrtSession.SessionOptions.OptLevel.ALL_OPT
            : OrtSession.SessionOptions.OptLevel.BASIC_OPT);
    o.setSessionLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return o;
  }

  // the Java library has no arrays of these: they go in and out as what has their bits
  private static DType carried(DType t) {
    return switch (t) {
      case UINT16 -> DType.INT16;
      case UINT32 -> DType.INT32;
      case UINT64 -> DType.INT64;
      default -> t;
    };
  }

  /** Loads a model. */
  public static OnnxSession load(OnnxModel model) {
    OnnxGraph g = model.graph();
    List<OnnxNode> nodes = new ArrayList<>();
    List<OnnxValue> takes = new ArrayList<>();
    List<OnnxValue> gives = new ArrayList<>();
    for (OnnxValue v : g.inputs()) {
      boolean same = carried(v.dtype()) == v.dtype();
      takes.add(same ? v : new OnnxValue(v.name() + "_in", carried(v.dtype()), v.dims()));
      if (!same) {
        nodes.add(cast(v.name() + "_in", v.name(), v.dtype()));
      }
    }
    nodes.addAll(g.nodes());
    for (OnnxValue v : g.outputs()) {
      boolean same = carried(v.dtype()) == v.dtype();
      gives.add(same ? v : new OnnxValue(v.name() + "_out", carried(v.dtype()), v.dims()));
      if (!same) {
        nodes.add(cast(v.name(), v.name() + "_out", carried(v.dtype())));
      }
    }
    OnnxModel around = new OnnxModel(
        model.irVersion(),
        model.producer(),
        model.opsets(),
        new OnnxGraph(g.name(), takes, g.initializers(), nodes, gives),
        model.functions(),
        model.metadata());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OrtSession.SessionOptions options = options(false)) {
      ModelWriter.write(around, bytes);
      return new OnnxSession(
          ENVIRONMENT.createSession(bytes.toByteArray(), options),
          takes.stream().map(OnnxValue::name).toList(),
          gives.stream().map(OnnxValue::name).toList(),
          g.outputs().stream().map(OnnxValue::dtype).toList());
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OnnxNode cast(String from, String to, DType t) {
    return new OnnxNode(
        to + "_cast", "", "Cast", List.of(from), List.of(to), Map.of("to", new OnnxAttribute((long)
            OnnxType.code(t))));
  }

  public List<String> inputs() {
    return inputs;
  }

  public List<String> outputs() {
    return outputs;
  }

  private static OnnxTensor tensor(NDArray a) throws OrtException {
    long[] shape = a.shape().toArray();
    if (a.dtype() == DType.STRING) {
      return OnnxTensor.createTensor(ENVIRONMENT, a.toStringArray(), shape);
    }
    ByteBuffer b = ByteBuffer.allocateDirect(Math.max(1, a.bytes().remaining()))
        .order(ByteOrder.nativeOrder());
    b.put(a.bytes()).flip();
    OnnxJavaType t = switch (carried(a.dtype())) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      case INT4, INT8 -> OnnxJavaType.INT8;
      case UINT4, UINT8 -> OnnxJavaType.UINT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
      default -> throw new IllegalArgumentException("no tensor of " + a.dtype());
    };
    return OnnxTensor.createTensor(ENVIRONMENT, b, shape, t);
  }

  /** Runs it on arrays in the order of its inputs. */
  public List<NDArray> run(List<NDArray> arrays) {
    Map<String, OnnxTensor> in = new LinkedHashMap<>();
    try {
      for (int i = 0; i < arrays.size(); i++) {
        in.put(inputs.get(i), tensor(arrays.get(i)));
      }
      List<NDArray> out = new ArrayList<>();
      try (OrtSession.Result r = session.run(in)) {
        for (int i = 0; i < outputs.size(); i++) {
          OnnxTensor t = (OnnxTensor) r.get(outputs.get(i)).orElseThrow();
          out.add(array(t, types.isEmpty() ? null : types.get(i)));
        }
      }
      return out;
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      in.values().forEach(OnnxTensor::close);
    }
  }

  private static NDArray array(OnnxTensor t, DType asked) throws OrtException {
    Shape shape = Shape.of(t.getInfo().getShape());
    DType held = switch (t.getInfo().type) {
      case FLOAT -> DType.FLOAT32;
      case DOUBLE -> DType.FLOAT64;
      case FLOAT16 -> DType.FLOAT16;
      case BFLOAT16 -> DType.BFLOAT16;
      case INT8 -> DType.INT8;
      case UINT8 -> DType.UINT8;
      case INT16 -> DType.INT16;
      case INT32 -> DType.INT32;
      case INT64 -> DType.INT64;
      case BOOL -> DType.BOOL;
      case STRING -> DType.STRING;
      default -> throw new IllegalStateException("no array of " + t.getInfo());
    };
    if (held == DType.STRING) {
      List<String> all = new ArrayList<>();
      flatten(t.getValue(), all);
      return NDArray.ofStrings(all.toArray(new String[0]), shape);
    }
    if (shape.size() == 0) {
      return NDArray.zeros(asked == null ? held : asked, shape);
    }
    NDArray a = NDArray.ofBytes(t.getByteBuffer(), held, shape);
    return asked == null || asked == held ? a : NDArray.ofBytes(a.bytes(), asked, shape);
  }

  private static void flatten(Object value, List<String> into) {
    if (value instanceof Object[] parts) {
      for (Object p : parts) {
        flatten(p, into);
      }
    } else {
      into.add((String) value);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
