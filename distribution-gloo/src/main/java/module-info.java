/** Processes connected by Gloo, through the JavaCPP preset of PyTorch; for every backend. */
module org.keras4j.distribution.gloo {
  requires transitive org.keras4j.core;
  requires org.bytedeco.pytorch;
  requires org.bytedeco.javacpp;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.distribution.gloo;

  provides org.keras4j.core.spi.CollectivesProvider with
      org.keras4j.distribution.gloo.GlooProvider;
}
