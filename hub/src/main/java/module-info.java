/** Pretrained models of language, speech and vision, with their weights and tokenizers. */
module org.keras4j.hub {
  requires transitive org.keras4j.saving;
  requires transitive org.keras4j.text;
  requires org.keras4j.onnx;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.hub.bert;
  exports org.keras4j.hub.decoder;
  exports org.keras4j.hub.detection;
  exports org.keras4j.hub.generation;
  exports org.keras4j.hub.gguf;
  exports org.keras4j.hub.gpt2;
  exports org.keras4j.hub.layers;
  exports org.keras4j.hub.preset;
  exports org.keras4j.hub.seq2seq;
  exports org.keras4j.hub.tasks;
  exports org.keras4j.hub.vision;
  exports org.keras4j.hub.weights;

  provides org.keras4j.core.serialization.SerializableClasses with
      org.keras4j.hub.KerasClasses;
}
