package org.keras4j.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.keras4j.core.graph.Graph;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.spi.GraphFormat;
import org.keras4j.core.spi.ServingFunction;
import org.keras4j.onnx.internal.file.ModelWriter;
import org.keras4j.onnx.internal.file.OnnxModel;
import org.keras4j.onnx.internal.lowering.Claims;
import org.keras4j.onnx.internal.lowering.GraphExport;
import org.keras4j.onnx.internal.lowering.Refusal;

/**
 * The format {@code "onnx"}: a file with the inference function, whose inputs and outputs have the model's names and whose
 * initializers are the weights under their paths. Sizes that the model leaves open stay open.
 */
public final class OnnxFormat implements GraphFormat {
  private final OnnxExport options;

  /** With the defaults of {@link OnnxExport}. */
  public OnnxFormat() {
    this(OnnxExport.defaults());
  }

  OnnxFormat(OnnxExport options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "onnx";
  }

  /**
   * Writes the file.
   *
   * @throws IllegalArgumentException if the function has parts that ONNX cannot express
   */
  @Override
  public void write(ServingFunction f, Path target) throws IOException {
    ModelWriter.write(model(f), target, options.mostInOneFile);
  }

  private OnnxModel model(ServingFunction f) {
    List<GraphExport.Weight> weights = new ArrayList<>();
    for (ServingFunction.Weight w : f.weights()) {
      weights.add(new GraphExport.Weight(w.path(), w.value()));
    }
    Graph g = f.graph(f.inputs(), (c, in) -> Claims.has(c, in, options.opset));
    try {
      return GraphExport.model(
          f.name(),
          g,
          f.inputNames(),
          weights,
          f.outputNames(),
          new GraphExport.Form("batch", options.opset, options.qdq));
    } catch (Refusal e) {
      throw Failures.inPlaceOf(
          e,
          new IllegalArgumentException(
              "'" + f.name() + "' cannot be exported to ONNX: " + e.getMessage(), e.getCause()));
    }
  }
}
