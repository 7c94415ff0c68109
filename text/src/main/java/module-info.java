/** Tokenizers. */
module org.keras4j.text {
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.text;
}
