/** Models as ONNX files, and ONNX files as models. */
module org.keras4j.onnx {
  requires transitive org.keras4j.saving;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.onnx;
  exports org.keras4j.onnx.internal.file to
      org.keras4j.hub;

  provides org.keras4j.core.spi.GraphFormat with
      org.keras4j.onnx.OnnxFormat;
}
