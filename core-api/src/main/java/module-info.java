/** Tensors, dtypes, shapes, host arrays, variables, configs; for backends the graph, its primitives and the SPI. */
module org.keras4j.core {
  requires java.management;
  requires jdk.management;
  requires org.slf4j;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.core;
  exports org.keras4j.core.context;
  exports org.keras4j.core.files;
  exports org.keras4j.core.graph;
  exports org.keras4j.core.io;
  exports org.keras4j.core.npy;
  exports org.keras4j.core.primitive;
  exports org.keras4j.core.serialization;
  exports org.keras4j.core.sharding;
  exports org.keras4j.core.spi;
  exports org.keras4j.distribution;
  exports org.keras4j.core.internal to
      org.keras4j.applications,
      org.keras4j.backend.pytorch,
      org.keras4j.backend.tensorflow,
      org.keras4j.layers,
      org.keras4j.ops,
      org.keras4j.saving,
      org.keras4j.training;
  exports org.keras4j.core.internal.io to
      org.keras4j.backend.tensorflow,
      org.keras4j.backend.xla,
      org.keras4j.hub,
      org.keras4j.litert,
      org.keras4j.models,
      org.keras4j.onnx,
      org.keras4j.saving,
      org.keras4j.tck,
      org.keras4j.torch,
      org.keras4j.training;
  exports org.keras4j.core.internal.messages to
      org.keras4j.applications,
      org.keras4j.backend.pytorch,
      org.keras4j.backend.tensorflow,
      org.keras4j.backend.xla,
      org.keras4j.data,
      org.keras4j.layers,
      org.keras4j.models,
      org.keras4j.onnx,
      org.keras4j.ops,
      org.keras4j.saving,
      org.keras4j.training;
  exports org.keras4j.core.internal.session to
      org.keras4j.layers,
      org.keras4j.ops;

  uses org.keras4j.core.TensorRelayout;
  uses org.keras4j.core.VariableArithmetic;
  uses org.keras4j.core.serialization.SerializableClasses;
  uses org.keras4j.core.spi.BackendProvider;
  uses org.keras4j.core.spi.CollectivesProvider;
  uses org.slf4j.spi.SLF4JServiceProvider;
}
