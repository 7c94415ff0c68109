package org.keras4j.litert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.tensorflowlite.TfLiteInterpreter;
import org.bytedeco.tensorflowlite.TfLiteInterpreterOptions;
import org.bytedeco.tensorflowlite.TfLiteModel;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/** A file in TensorFlow Lite's interpreter. */
final class LiteFile {
  private LiteFile() {}

  /** What a file gives for arrays in the order of its inputs. */
  static List<NDArray> run(Path file, List<NDArray> x) {
    TfLiteModel model = tensorflowlite.TfLiteModelCreateFromFile(file.toString());
    TfLiteInterpreterOptions options = tensorflowlite.TfLiteInterpreterOptionsCreate();
    TfLiteInterpreter interpreter = tensorflowlite.TfLiteInterpreterCreate(model, options);
    try {
      assertEquals(x.size(), tensorflowlite.TfLiteInterpreterGetInputTensorCount(interpreter));
      for (int k = 0; k < x.size(); k++) {
        int[] dims = new int[x.get(k).rank()];
        for (int i = 0; i < dims.length; i++) {
          dims[i] = (int) x.get(k).shape().dim(i);
        }
        assertEquals(
            0,
            tensorflowlite.TfLiteInterpreterResizeInputTensor(
                interpreter, k, new IntPointer(dims), dims.length));
      }
      assertEquals(0, tensorflowlite.TfLiteInterpreterAllocateTensors(interpreter));
      for (int k = 0; k < x.size(); k++) {
        TfLiteTensor in = tensorflowlite.TfLiteInterpreterGetInputTensor(interpreter, k);
        byte[] bytes = new byte[x.get(k).bytes().remaining()];
        x.get(k).bytes().get(bytes);
        assertEquals(
            0, tensorflowlite.TfLiteTensorCopyFromBuffer(in, new BytePointer(bytes), bytes.length));
      }
      assertEquals(0, tensorflowlite.TfLiteInterpreterInvoke(interpreter));
      List<NDArray> out = new ArrayList<>();
      for (int k = 0; k < tensorflowlite.TfLiteInterpreterGetOutputTensorCount(interpreter); k++) {
        out.add(array(tensorflowlite.TfLiteInterpreterGetOutputTensor(interpreter, k)));
      }
      return out;
    } finally {
      tensorflowlite.TfLiteInterpreterDelete(interpreter);
      tensorflowlite.TfLiteInterpreterOptionsDelete(options);
      tensorflowlite.TfLiteModelDelete(model);
    }
  }

  /** How many tensors of a file, weights among them, hold floats and how many bytes. */
  static int[] floatsAndBytes(Path file) {
    TfLiteModel model = tensorflowlite.TfLiteModelCreateFromFile(file.toString());
    TfLiteInterpreterOptions options = tensorflowlite.TfLiteInterpreterOptionsCreate();
    TfLiteInterpreter interpreter = tensorflowlite.TfLiteInterpreterCreate(model, options);
    int[] counts = new int[2];
    try {
      for (int i = 0; ; i++) {
        TfLiteTensor t = tensorflowlite.TfLiteInterpreterGetTensor(interpreter, i);
        if (t == null || t.isNull()) {
          return counts;
        }
        int type = tensorflowlite.TfLiteTensorType(t);
        counts[0] += type == tensorflowlite.kTfLiteFloat32 ? 1 : 0;
        counts[1] += type == tensorflowlite.kTfLiteInt8 ? 1 : 0;
      }
    } finally {
      tensorflowlite.TfLiteInterpreterDelete(interpreter);
      tensorflowlite.TfLiteInterpreterOptionsDelete(options);
      tensorflowlite.TfLiteModelDelete(model);
    }
  }

  private static NDArray array(TfLiteTensor t) {
    DType type = switch (tensorflowlite.TfLiteTensorType(t)) {
      case tensorflowlite.kTfLiteFloat32 -> DType.FLOAT32;
      case tensorflowlite.kTfLiteInt32 -> DType.INT32;
      case tensorflowlite.kTfLiteInt64 -> DType.INT64;
      case tensorflowlite.kTfLiteBool -> DType.BOOL;
      default ->
        throw new IllegalStateException("no array of type " + tensorflowlite.TfLiteTensorType(t));
    };
    long[] dims = new long[tensorflowlite.TfLiteTensorNumDims(t)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = tensorflowlite.TfLiteTensorDim(t, i);
    }
    Shape shape = Shape.of(dims);
    BytePointer copy = new BytePointer(shape.size() * type.size());
    assertEquals(0, tensorflowlite.TfLiteTensorCopyToBuffer(t, copy, copy.capacity()));
    byte[] bytes = new byte[(int) copy.capacity()];
    copy.get(bytes);
    return NDArray.ofBytes(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), type, shape);
  }
}
