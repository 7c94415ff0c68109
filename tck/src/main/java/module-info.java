/** The kit that tests backends, and the replay of recorded calls of Python's Keras. */
module org.keras4j.tck {
  requires transitive org.junit.jupiter.api;
  requires transitive org.keras4j.saving;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.tck;
  exports org.keras4j.tck.backend;
  exports org.keras4j.tck.draws;
  exports org.keras4j.tck.kit;
  exports org.keras4j.tck.layers;

  provides org.keras4j.core.serialization.SerializableClasses with
      org.keras4j.tck.KerasClasses;
}
