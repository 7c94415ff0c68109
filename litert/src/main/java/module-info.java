/** Models as LiteRT files. */
module org.keras4j.litert {
  requires transitive org.keras4j.saving;
  requires org.lwjgl;
  requires tensorflow.nativelib;
  requires org.bytedeco.javacpp;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.litert;

  uses org.keras4j.core.spi.GraphFormat;

  provides org.keras4j.core.spi.GraphFormat with
      org.keras4j.litert.LiteRtFormat;
}
