/** Language models of keras4j as chat models, and embedders as embedding models of LangChain4j. */
module org.keras4j.langchain4j {
  requires transitive org.keras4j.hub;
  requires transitive langchain4j.core;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.langchain4j;
}
