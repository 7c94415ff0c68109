/** Layers, initializers, regularizers, constraints, activations and dtype policies. */
module org.keras4j.layers {
  requires transitive org.keras4j.ops;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.layers;
  exports org.keras4j.layers.activations;
  exports org.keras4j.layers.attention;
  exports org.keras4j.layers.constraints;
  exports org.keras4j.layers.convolution;
  exports org.keras4j.layers.core;
  exports org.keras4j.layers.image;
  exports org.keras4j.layers.initializers;
  exports org.keras4j.layers.merging;
  exports org.keras4j.layers.normalization;
  exports org.keras4j.layers.pooling;
  exports org.keras4j.layers.preprocessing;
  exports org.keras4j.layers.quantization;
  exports org.keras4j.layers.regularization;
  exports org.keras4j.layers.regularizers;
  exports org.keras4j.layers.reshaping;
  exports org.keras4j.layers.rnn;
  exports org.keras4j.layers.internal to
      org.keras4j.training;

  uses org.keras4j.core.spi.FunctionFormat;
  uses org.keras4j.core.spi.ProgramFormat;

  provides org.keras4j.core.serialization.SerializableClasses with
      org.keras4j.layers.KerasClasses;
  provides org.keras4j.ops.internal.surface.SurfaceSource with
      org.keras4j.layers.surface.LayersSurface;
}
