/** The .keras and .weights.h5 files, and exports. */
module org.keras4j.saving {
  requires transitive org.keras4j.models;
  requires com.fasterxml.jackson.core;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.saving;
  exports org.keras4j.saving.internal.hdf5 to
      org.keras4j.hub;

  uses org.keras4j.core.spi.GraphFormat;
  uses org.keras4j.saving.ModelExporter;

  provides org.keras4j.models.Model.Files with
      org.keras4j.saving.KerasFiles;
}
