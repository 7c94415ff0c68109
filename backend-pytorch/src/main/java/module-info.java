/** The backend of libtorch. */
module org.keras4j.backend.pytorch {
  requires transitive org.keras4j.core;
  requires transitive org.bytedeco.pytorch;
  requires org.bytedeco.javacpp;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.backend.pytorch;

  provides org.keras4j.core.spi.BackendProvider with
      org.keras4j.backend.pytorch.PyTorchProvider;
  provides org.keras4j.core.spi.GraphFormat with
      org.keras4j.backend.pytorch.TorchScriptFormat;
  provides org.keras4j.core.spi.ProgramFormat with
      org.keras4j.backend.pytorch.TorchScriptPrograms;
}
