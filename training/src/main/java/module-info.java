/** Losses, metrics, optimizers, schedules, callbacks, data and the training loops. */
module org.keras4j.training {
  requires transitive org.keras4j.layers;
  requires java.desktop;
  requires java.net.http;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.training;
  exports org.keras4j.training.callbacks;
  exports org.keras4j.training.data;
  exports org.keras4j.training.datasets;
  exports org.keras4j.training.losses;
  exports org.keras4j.training.metrics;
  exports org.keras4j.training.optimizers;
  exports org.keras4j.training.schedules;
  exports org.keras4j.training.visualization;
  exports org.keras4j.training.internal.events to
      org.keras4j.page;

  uses org.keras4j.core.spi.GraphFormat;

  provides org.keras4j.core.serialization.SerializableClasses with
      org.keras4j.training.KerasClasses;
  provides org.keras4j.ops.internal.surface.SurfaceSource with
      org.keras4j.training.TrainingSurface;
}
