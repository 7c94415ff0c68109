/** Pretrained models of language, speech and vision, with their weights and tokenizers. */
module org.keras4j.hub {
  requires transitive org.keras4j.saving;
  requires transitive org.keras4j.text;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.hub.weights;
}
