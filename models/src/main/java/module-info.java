/** Model, Sequential and Functional. */
module org.keras4j.models {
  requires transitive org.keras4j.training;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.models;
  exports org.keras4j.models.distillation;
  exports org.keras4j.models.features;

  uses org.keras4j.models.Model.Files;

  provides org.keras4j.core.serialization.SerializableClasses with
      org.keras4j.models.KerasClasses;
}
