/** The reference architectures of keras.applications. */
module org.keras4j.applications {
  requires transitive org.keras4j.saving;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.applications;

  provides org.keras4j.core.serialization.SerializableClasses with
      org.keras4j.applications.KerasClasses;
}
