package org.keras4j.onnx.runtime;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.keras4j.tck.backend.BackendTck;
import org.keras4j.tck.backend.Part;
import org.keras4j.tck.kit.KitOptions;

/** The kit's suite of primitives, each run as an ONNX file. */
class PrimitivesInOnnxTest extends BackendTck {
  PrimitivesInOnnxTest() {
    super("onnx", Part.PRIMITIVES);
  }

  @AfterAll
  static void page() throws IOException {
    String page = System.getProperty("keras4j.onnx.page");
    if (page != null) {
      OnnxPage.write(Path.of(page));
    }
  }

  @Override
  protected KitOptions options() {
    return new KitOptions()
        .knownGap(
            "PRIMITIVES/Control inputsThatAreOutputs", "onnxruntime loads no graph without results")
        .knownGap(
            "PRIMITIVES/UnknownSizes sizesFollowFromShapes", "onnxruntime has its own message");
  }
}
