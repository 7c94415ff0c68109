/** Language models of keras4j as chat models, and embedders as embedding models of Spring AI. */
module org.keras4j.springai {
  requires transitive org.keras4j.hub;
  requires transitive spring.ai.commons;
  requires transitive spring.ai.model;
  requires transitive reactor.core;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.springai;
}
