/** An application as a named module; its backend is found as a service. */
module modular.app {
  requires org.keras4j.saving;

  provides org.keras4j.core.serialization.SerializableClasses with
      modular.app.KerasClasses;
}
