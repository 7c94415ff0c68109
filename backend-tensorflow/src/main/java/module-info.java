/** The backend of TensorFlow. */
module org.keras4j.backend.tensorflow {
  requires transitive org.keras4j.core;
  requires transitive tensorflow;
  requires com.google.protobuf;
  requires org.bytedeco.javacpp;
  requires tensorflow.nativelib;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.backend.tensorflow;

  provides org.keras4j.core.spi.BackendProvider with
      org.keras4j.backend.tensorflow.TensorFlowProvider;
  provides org.keras4j.core.spi.FunctionFormat with
      org.keras4j.backend.tensorflow.savedmodel.SavedModelLoader;
  provides org.keras4j.core.spi.GraphFormat with
      org.keras4j.backend.tensorflow.savedmodel.SavedModelFormat;
  provides org.keras4j.core.spi.ProgramFormat with
      org.keras4j.backend.tensorflow.savedmodel.SavedModelPrograms;
}
