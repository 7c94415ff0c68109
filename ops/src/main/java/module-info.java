/** Functions on tensors, random numbers, gradients and compilation. */
module org.keras4j.ops {
  requires transitive org.keras4j.core;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.ops;
  exports org.keras4j.ops.compile;
  exports org.keras4j.ops.custom;
  exports org.keras4j.ops.grad;
  exports org.keras4j.ops.random;
  exports org.keras4j.ops.types;
  exports org.keras4j.ops.internal.arguments to
      org.keras4j.layers;
  exports org.keras4j.ops.internal.composite to
      org.keras4j.hub,
      org.keras4j.layers,
      org.keras4j.onnx,
      org.keras4j.training;
  exports org.keras4j.ops.internal.engine to
      org.keras4j.layers,
      org.keras4j.models,
      org.keras4j.onnx,
      org.keras4j.saving,
      org.keras4j.tck,
      org.keras4j.torch,
      org.keras4j.training;
  exports org.keras4j.ops.internal.partition to
      org.keras4j.training;
  exports org.keras4j.ops.internal.surface to
      org.keras4j.layers,
      org.keras4j.models,
      org.keras4j.tck,
      org.keras4j.training;
  exports org.keras4j.ops.internal.passes to
      org.keras4j.saving,
      org.keras4j.torch;

  uses org.keras4j.ops.internal.surface.SurfaceSource;

  provides org.keras4j.core.TensorRelayout with
      org.keras4j.ops.internal.composite.Relayouts;
  provides org.keras4j.core.VariableArithmetic with
      org.keras4j.ops.internal.engine.VariableSums;
  provides org.keras4j.core.serialization.SerializableClasses with
      org.keras4j.ops.KerasClasses;
  provides org.keras4j.ops.internal.surface.SurfaceSource with
      org.keras4j.ops.internal.surface.OpsSurface;
}
