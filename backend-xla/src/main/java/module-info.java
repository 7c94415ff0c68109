/** The backend of XLA. */
module org.keras4j.backend.xla {
  requires transitive org.keras4j.core;
  requires org.bytedeco.javacpp;
  requires org.lwjgl;
  requires tensorflow.nativelib;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.backend.xla;

  provides org.keras4j.core.spi.BackendProvider with
      org.keras4j.backend.xla.XlaBackendProvider;
  provides org.keras4j.core.spi.GraphFormat with
      org.keras4j.backend.xla.export.StableHloFormat,
      org.keras4j.backend.xla.export.StableHloBytesFormat;
  provides org.keras4j.core.spi.ProgramFormat with
      org.keras4j.backend.xla.export.StableHloPrograms;
}
