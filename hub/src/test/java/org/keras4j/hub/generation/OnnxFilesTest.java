package org.keras4j.hub.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.core.Nest;
import org.keras4j.core.Shape;
import org.keras4j.hub.Golden;
import org.keras4j.hub.bert.BertPreset;
import org.keras4j.hub.seq2seq.T5Preset;
import org.keras4j.hub.seq2seq.WhisperPreset;
import org.keras4j.hub.vision.ClipPreset;
import org.keras4j.hub.vision.ViTPreset;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.onnx.OnnxLayer;

/** The families of this module as ONNX files: in onnxruntime, and read again, they give what they give here. */
class OnnxFilesTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir
  Path folder;

  private static OnnxTensor tensor(NDArray a) throws OrtException {
    ByteBuffer b = ByteBuffer.allocateDirect(a.bytes().remaining()).order(ByteOrder.nativeOrder());
    b.put(a.bytes()).flip();
    OnnxJavaType t = switch (a.dtype()) {
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      default -> OnnxJavaType.FLOAT;
    };
    return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), b, a.shape().toArray(), t);
  }

  private static List<NDArray> arrays(Object structure) {
    List<NDArray> out = new ArrayList<>();
    Nest.flatten(structure).forEach(a -> out.add((NDArray) a));
    return out;
  }

  private void check(Model model, Map<String, NDArray> named) throws IOException, OrtException {
    Path file = folder.resolve(model.name() + ".onnx");
    model.export(file, "onnx");
    List<String> names = model.inputNames();
    Object x = names.size() == 1 ? named.values().iterator().next() : named;
    List<NDArray> want = arrays(model.predictOnBatch(x));
    Map<String, OnnxTensor> in = new LinkedHashMap<>();
    List<NDArray> ordered = new ArrayList<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session =
            OrtEnvironment.getEnvironment().createSession(file.toString(), options)) {
      assertEquals(names.size(), session.getInputNames().size());
      for (String name : session.getInputNames()) {
        NDArray a = names.size() == 1 ? (NDArray) x : named.get(name);
        assertTrue(a != null, name + " of " + named.keySet());
        ordered.add(a);
        in.put(name, tensor(a));
      }
      try (OrtSession.Result r = session.run(in)) {
        assertEquals(want.size(), r.size());
        int k = 0;
        for (Map.Entry<String, ai.onnxruntime.OnnxValue> e : r) {
          OnnxTensor t = (OnnxTensor) e.getValue();
          NDArray got = NDArray.ofBytes(
              t.getByteBuffer(), DType.FLOAT32, Shape.of(t.getInfo().getShape()));
          Golden.same(model.name() + " " + e.getKey(), want.get(k++), got, TOLERANCE);
        }
      }
    } finally {
      in.values().forEach(OnnxTensor::close);
    }
    Functional read = OnnxLayer.model(file);
    List<NDArray> again =
        arrays(read.predictOnBatch(ordered.size() == 1 ? ordered.get(0) : ordered));
    for (int k = 0; k < want.size(); k++) {
      Golden.same(model.name() + " read, " + k, want.get(k), again.get(k), TOLERANCE);
    }
  }

  private static Map<String, NDArray> inputs(SafeTensors golden, Model model) {
    Map<String, NDArray> x = new LinkedHashMap<>();
    for (String name : model.inputNames()) {
      String known = name.equals("encoder_features") ? "features" : name;
      x.put(name, golden.read(known));
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "distilbert"})
  void readers(String kind) throws IOException, OrtException {
    SafeTensors golden = Golden.expected("bert/" + kind);
    Functional model = BertPreset.open(Golden.folder("bert/" + kind)).classifier(null);
    check(model, inputs(golden, model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5", "whisper"})
  void readersAndWriters(String kind) throws IOException, OrtException {
    SafeTensors golden = Golden.expected("seq2seq/" + kind);
    Path from = Golden.folder("seq2seq/" + kind);
    Functional model = kind.equals("t5")
        ? T5Preset.open(from).model()
        : WhisperPreset.open(from).model();
    check(model, inputs(golden, model));
  }

  @Test
  void seers() throws IOException, OrtException {
    Functional vit = ViTPreset.open(Golden.folder("vision/vit")).classifier(null);
    check(vit, inputs(Golden.expected("vision/vit"), vit));
    Functional clip = ClipPreset.open(Golden.folder("vision/clip")).model();
    check(clip, inputs(Golden.expected("vision/clip"), clip));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "mistral", "qwen3", "gemma3", "gpt2"})
  void writers(String kind) throws IOException, OrtException {
    KerasTensor tokens = new Input(-1).dtype("int32").name("tokens").output();
    Functional model = Model.of(tokens, Goldens.model(kind).invoke(tokens));
    check(model, Map.of("tokens", Goldens.array(Goldens.folder().resolve(kind), "tokens")));
  }
}
