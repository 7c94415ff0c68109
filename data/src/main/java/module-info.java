/** Tables as data of a training. */
module org.keras4j.data {
  requires transitive java.sql;
  requires transitive org.keras4j.training;
  requires com.fasterxml.jackson.core;
  requires static ai.djl.api;
  requires static de.siegmar.fastcsv;
  requires static org.apache.arrow.vector;
  requires static dflib;
  requires static tensorflow;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.data;
}
