/** Networks as trainers and models of Tribuo. */
module org.keras4j.tribuo {
  requires transitive org.keras4j.models;
  requires transitive com.oracle.labs.mlrg.olcut;
  requires transitive org.tribuo.core;
  requires transitive org.tribuo.classification.core;
  requires transitive org.tribuo.regression.core;
  requires com.google.protobuf;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.tribuo;
}
