package org.keras4j.onnx;

import java.nio.file.Path;
import org.keras4j.models.Model;
import org.keras4j.saving.ModelExporter;

/**
 * How models are written as ONNX files. {@code model.export(path, "onnx")} takes the defaults; this is for other settings:
 *
 * <pre>{@code
 * OnnxExport.opset(21).write(model, Path.of("model.onnx"));
 * }</pre>
 */
public final class OnnxExport {
  /** The opset that files are written in unless another is asked for. */
  public static final int DEFAULT_OPSET = 18;

  private static final int OLDEST = 18;
  private static final int NEWEST = 23;

  final int opset;
  final long mostInOneFile;
  final boolean qdq;

  private OnnxExport(int opset, long mostInOneFile, boolean qdq) {
    this.opset = opset;
    this.mostInOneFile = mostInOneFile;
    this.qdq = qdq;
  }

  /** The defaults: opset 18, and weights in the file itself while they take less than 2 GiB. */
  public static OnnxExport defaults() {
    return new OnnxExport(DEFAULT_OPSET, Long.MAX_VALUE, false);
  }

  /**
   * The version of ONNX's operators.
   *
   * @param opset 18 to 23; newer ones have operators for more: {@code Gelu} from 20 on, {@code RMSNormalization} from 23 on
   * @return options with that version
   * @throws IllegalArgumentException if it is none of these
   */
  public static OnnxExport opset(int opset) {
    return defaults().withOpset(opset);
  }

  /**
   * The same with another opset.
   *
   * @throws IllegalArgumentException if it is none from 18 to 23
   */
  public OnnxExport withOpset(int opset) {
    if (opset < OLDEST || opset > NEWEST) {
      throw new IllegalArgumentException(
          "opset: expected " + OLDEST + " to " + NEWEST + ", got " + opset);
    }
    return new OnnxExport(opset, mostInOneFile, qdq);
  }

  /**
   * The same with weights in a second file, named as the first with {@code .data} at its end, where they take more bytes
   * than this. From 2 GiB on they always are: files of ONNX end there.
   *
   * @throws IllegalArgumentException if the number is below 0
   */
  public OnnxExport withExternalDataAbove(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: expected at least 0, got " + bytes);
    }
    return new OnnxExport(opset, bytes, qdq);
  }

  /**
   * The same with products of quantized layers as products of floats between pairs of {@code QuantizeLinear} and {@code DequantizeLinear} (QDQ), the form that
   * TensorRT, OpenVINO and accelerators look for. Without it they are {@code MatMulInteger}. Weights keep their eight bits either way, and outputs
   * are the same but for rounding.
   *
   * @param value false by default
   * @return options with that form
   */
  public OnnxExport withQdq(boolean value) {
    return new OnnxExport(opset, mostInOneFile, value);
  }

  /**
   * Writes a model's inference function.
   *
   * @param target the file, which must not exist yet
   * @throws IllegalArgumentException if the model has parts that ONNX cannot express
   * @throws IllegalStateException if the model does not know its inputs
   */
  public void write(Model model, Path target) {
    ModelExporter.of(new OnnxFormat(this)).export(model, target);
  }
}
