package org.keras4j.litert;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.models.Model;
import org.keras4j.saving.ModelExporter;

/**
 * How models are written as LiteRT (TensorFlow Lite) files. {@code model.export(path, "litert")} writes float32; this is for smaller
 * ones:
 *
 * <pre>{@code
 * LiteRtExport.float16().write(model, Path.of("model.tflite"));
 * }</pre>
 */
public final class LiteRtExport {
  /** How weights are stored. */
  enum Weights {
    FLOAT32,
    FLOAT16,
    INT8,
    /** Activations too. */
    ALL_INT8
  }

  final Weights weights;
  final @Nullable Iterable<List<NDArray>> examples;

  private LiteRtExport(Weights weights) {
    this(weights, null);
  }

  private LiteRtExport(Weights weights, @Nullable Iterable<List<NDArray>> examples) {
    this.weights = weights;
    this.examples = examples;
  }

  /** Weights as the model has them. */
  public static LiteRtExport float32() {
    return new LiteRtExport(Weights.FLOAT32);
  }

  /** Weights of float32 as float16, half as large; interpreters compute in float32 unless a delegate does better. */
  public static LiteRtExport float16() {
    return new LiteRtExport(Weights.FLOAT16);
  }

  /**
   * Large weights as int8 with a scale a channel, a quarter as large; activations are quantized while the model runs, by their range
   * in each call ({@code dynamic range quantization}).
   */
  public static LiteRtExport int8() {
    return new LiteRtExport(Weights.INT8);
  }

  /**
   * Weights and activations as int8: products and sums are computed in integers, as accelerators and microcontrollers do. The limits
   * between which each activation lies are taken from examples, on which the model is run. Inputs and outputs of the file stay
   * float32, and are converted at its edges; so are operators that have no form in integers.
   *
   * @param examples a few hundred that are like what the model will get: for each input, in the model's order, an array
   *     {@code (batch, ...)}; gone through once an export
   * @return options for such a file
   */
  public static LiteRtExport int8(Iterable<List<NDArray>> examples) {
    return new LiteRtExport(Weights.ALL_INT8, examples);
  }

  /**
   * Writes a model's inference function.
   *
   * @param target the file, which must not exist yet
   * @throws IllegalArgumentException if the model has parts that LiteRT has no operators for, or the examples do not fit it
   * @throws IllegalStateException if the model does not know its inputs, or the converter is not there: it comes with
   *     TensorFlow's natives for Linux on x86-64 alone
   */
  public void write(Model model, Path target) {
    ModelExporter.of(new LiteRtFormat(this)).export(model, target);
  }
}
